package dev.guanlan.testing;

import dev.guanlan.local.stack.Endpoint;
import dev.guanlan.local.stack.KafkaConfiguration;
import dev.guanlan.local.stack.KafkaPart;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.Probes;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.TopicLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test class a real Kafka broker.
 *
 * <pre>{@code
 * @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
 * }</pre>
 *
 * <p>All test classes of a JVM share it: use topics and group ids of your own. Topics are not
 * created by being named.
 */
public final class KafkaExtension implements BeforeAllCallback {

  private static final String IMAGE = "guanlan-test/kafka:latest";
  private static final String FILE_INSIDE = "/opt/kafka/server.properties";

  private @Nullable Part part;

  /** Creates the extension; nothing starts before the first test. */
  public KafkaExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    part = SharedParts.of(context).healthy("kafka", Part.class, KafkaExtension::make);
  }

  private static Part make(Site site) {
    List<Integer> ports = StackPorts.free(2);
    if (Backend.of(IMAGE) == Backend.EMBEDDED) {
      return new KafkaPart(site, ports.get(0), ports.get(1), Optional.empty());
    }
    // The same port inside: the broker talks to itself at the address that it gives to clients.
    Endpoint clients = new Endpoint("clients", "", ports.get(0), "");
    return new ContainerPart(
        new ContainerPart.Image(
            "kafka",
            IMAGE,
            clients.port(),
            List.of(
                "java",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                "/opt/kafka/*",
                "dev.guanlan.local.stack.host.KafkaHost",
                FILE_INSIDE,
                KafkaConfiguration.CLUSTER_ID),
            FILE_INSIDE,
            KafkaConfiguration.of(
                "0.0.0.0:" + clients.port(),
                clients.address(),
                "127.0.0.1:" + ports.get(1),
                Path.of("/var/lib/kafka"))),
        clients,
        () -> Probes.kafka(clients.address()));
  }

  /** Returns the address to bootstrap clients from. */
  public String bootstrapServers() {
    return running().endpoints().get(0).address();
  }

  /** Creates a topic. */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /** Creates a topic with configuration, such as {@code cleanup.policy=compact}. */
  public void createTopic(String name, int partitions, Map<String, String> configuration) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(configuration);
      admin.createTopics(List.of(topic)).all().get();
      TopicLayout.awaitKnown(admin, List.of(name));
    } catch (TimeoutException e) {
      throw new IllegalStateException("Topic " + name + " is not known to the broker.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Topic " + name + " cannot be created.", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Creating the topic " + name + " was interrupted.", e);
    }
  }

  /** Creates the platform's own topics, those that are absent. */
  public void createPlatformTopics(int partitions) {
    try {
      TopicLayout.create(bootstrapServers(), partitions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns all that is committed in a topic by now, each partition's in its order. */
  public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    return KafkaRecords.committed(bootstrapServers(), topic);
  }

  /**
   * Waits until a topic has enough committed records of a kind, and returns all there are then.
   *
   * @param format reads a record's value
   * @param kind chooses among the values, as tests share the broker
   * @param enough tells whether these are all that is waited for
   */
  public <T> List<T> await(
      String topic,
      ValueFormat<T> format,
      Predicate<T> kind,
      Predicate<List<T>> enough,
      Duration longest) {
    return Awaitility.await(topic)
        .atMost(longest)
        .until(
            () -> {
              List<T> values = new ArrayList<>();
              for (ConsumerRecord<byte[], byte[]> record : committed(topic)) {
                T value = format.read(record.value());
                if (kind.test(value)) {
                  values.add(value);
                }
              }
              return values;
            },
            enough);
  }

  /**
   * Reads the value of a record.
   *
   * @param <T> what it is
   */
  @FunctionalInterface
  public interface ValueFormat<T> {

    /** Reads a value. */
    T read(byte[] value) throws IOException;
  }

  /** Stops the broker, as an operator would. */
  public void stop() {
    running().stop();
  }

  /** Ends the broker as a crash would. */
  public void kill() {
    running().kill();
  }

  /** Starts the broker again at the same address with the data that it had. */
  public void start() {
    SharedParts.start(running());
  }

  /** Returns the part itself. */
  public Part part() {
    return running();
  }

  private Part running() {
    if (part == null) {
      throw new IllegalStateException(
          "The extension is not registered: declare it as a static field with @RegisterExtension.");
    }
    return part;
  }
}
