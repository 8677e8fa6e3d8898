package dev.guanlan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Repairs a record that no job could read, as a person does with the command. */
class DeadLettersITCase {

  @RegisterExtension static final Platform PLATFORM = new Platform();

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String TENANT = "letters";

  @TempDir static Path folder;

  private record Outcome(int exitCode, String output) {}

  @Test
  void aRepairedRecordIsStoredOnceHoweverOftenItIsReplayed() throws Exception {
    String id = send("not snappy".getBytes(UTF_8));
    AtomicReference<JsonNode> listed = new AtomicReference<>();
    Awaitility.await("letters of both jobs that read the topic")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Outcome list = guanlan("list", "--tenant", TENANT, "--json");
              assertThat(list.exitCode()).as(list.output()).isZero();
              listed.set(new ObjectMapper().readTree(list.output()));
              assertThat(listed.get()).hasSize(1);
              assertThat(listed.get().path(0).path("jobs").toString())
                  .isEqualTo("[\"alerting\",\"ingest\"]");
            });
    assertThat(listed.get().path(0).path("id").asText()).isEqualTo(id);

    Path raw = folder.resolve("raw.bin");
    Outcome show = guanlan("show", id, "--raw", raw.toString());
    assertThat(show.exitCode()).as(show.output()).isZero();
    assertThat(show.output()).contains(TENANT, "failed", "in ingest", "in alerting", "not snappy");
    assertThat(raw).hasContent("not snappy");

    Path repaired = Files.write(folder.resolve("repaired.bin"), samples("repaired"));
    Outcome replay = guanlan("replay", id, "--payload", repaired.toString());
    assertThat(replay.exitCode()).as(replay.output()).isZero();
    assertThat(replay.output()).contains("alerting, ingest");
    awaitOne("repaired");

    Outcome second = guanlan("replay", id, "--payload", repaired.toString());
    assertThat(second.exitCode()).as(second.output()).isEqualTo(1);
    assertThat(second.output()).contains("was replayed already");
    send(samples("behind"));
    awaitOne("behind");
    assertThat(count("repaired"))
        .as("what is behind it is stored, and it is there once")
        .isEqualTo("1");
    assertThat(guanlan("list", "--tenant", TENANT).output()).contains(id, "yes");
  }

  private static byte[] samples(String metric) {
    return new RemoteWriteEncoder()
        .encode(
            SampleBlock.builder("", Origin.NONE)
                .series(Labels.of(Labels.METRIC_NAME, metric))
                .sample(System.currentTimeMillis(), 1)
                .build());
  }

  private static String send(byte[] payload) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", PLATFORM.kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(Topics.PROMETHEUS_REMOTE_WRITE, 0, null, payload);
      record.headers().add("tenant", TENANT.getBytes(UTF_8));
      RecordMetadata at = producer.send(record).get();
      return at.topic() + "/" + at.partition() + "@" + at.offset();
    }
  }

  private static void awaitOne(String metric) {
    Awaitility.await(metric + " is stored")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(count(metric)).isEqualTo("1"));
  }

  private static String count(String metric) {
    return PLATFORM.clickhouse.query(
        ("SELECT count() FROM guanlan.samples WHERE metric_id IN (SELECT metric_id FROM"
                + " guanlan.series WHERE metric = '%s' AND tenant = '%s')")
            .formatted(metric, TENANT));
  }

  private static Outcome guanlan(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(ROOT.resolve("guanlan").toString(), "dead-letters"));
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("--kafka", PLATFORM.kafka.bootstrapServers()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("the command ends").isTrue();
    return new Outcome(process.exitValue(), output);
  }
}
