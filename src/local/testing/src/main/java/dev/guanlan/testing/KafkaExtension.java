package dev.guanlan.testing;

import dev.guanlan.local.stack.KafkaPart;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.TopicLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
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

  private @Nullable KafkaPart part;

  /** Creates the extension; nothing starts before the first test. */
  public KafkaExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    part =
        SharedParts.of(context)
            .healthy(
                "kafka",
                KafkaPart.class,
                site -> {
                  List<Integer> ports = StackPorts.free(2);
                  return new KafkaPart(site, ports.get(0), ports.get(1), Optional.empty());
                });
  }

  /** Returns the address to bootstrap clients from. */
  public String bootstrapServers() {
    return running().bootstrapServers();
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

  private KafkaPart running() {
    if (part == null) {
      throw new IllegalStateException(
          "The extension is not registered: declare it as a static field with @RegisterExtension.");
    }
    return part;
  }
}
