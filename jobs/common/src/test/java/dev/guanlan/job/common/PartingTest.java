package dev.guanlan.job.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.DeadLetter;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The step that parts blocks from dead letters")
@SuppressWarnings("try") // The harness declares that closing may be interrupted.
final class PartingTest {

  private static final String TOPIC = "prometheus_remote_write";

  private final List<Decoded<SampleBlock>> decoded = new ArrayList<>();
  private final DecodedDeserializer<SampleBlock> deserializer =
      new DecodedDeserializer<>(
          "ingest",
          new TopicEncodings(Map.of(TOPIC, Encoding.PROMETHEUS_REMOTE_WRITE)),
          RawFormat.SAMPLES,
          Duration.ofMinutes(1),
          Clock.systemUTC());

  private void read(long offset, byte[] payload) {
    deserializer.deserialize(
        new ConsumerRecord<>(TOPIC, 0, offset, null, payload),
        new Collector<>() {
          @Override
          public void collect(Decoded<SampleBlock> record) {
            decoded.add(record);
          }

          @Override
          public void close() {}
        });
  }

  private static OneInputStreamOperatorTestHarness<Decoded<SampleBlock>, SampleBlock> harness()
      throws Exception {
    OneInputStreamOperatorTestHarness<Decoded<SampleBlock>, SampleBlock> harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new RawTelemetry.Parting<SampleBlock>()),
            Decoded.typeOf(BlockTypes.SAMPLES).createSerializer(new SerializerConfigImpl()));
    harness.setup(BlockTypes.SAMPLES.createSerializer(new SerializerConfigImpl()));
    return harness;
  }

  @Test
  @DisplayName("lets good blocks by, between garbage that leaves with its bytes and origin")
  void garbageBetweenBlocks() throws Exception {
    deserializer.open(new Context());
    byte[] good = new RemoteWriteEncoder().encode(Blocks.samples());
    read(10, good);
    read(11, "no snappy at all".getBytes(UTF_8));
    read(12, new byte[0]);
    read(13, Arrays.copyOf(good, good.length / 2));
    read(14, good);

    OperatorSubtaskState state;
    try (OneInputStreamOperatorTestHarness<Decoded<SampleBlock>, SampleBlock> harness = harness()) {
      harness.open();
      for (Decoded<SampleBlock> record : decoded) {
        harness.processElement(record, record.timestampMillis());
      }
      state = harness.snapshot(1, 1);

      assertThat(harness.extractOutputValues())
          .hasSizeBetween(2, 3)
          .extracting(block -> block.origin().offset())
          .contains(10L, 14L);
      assertThat(letters(harness))
          .extracting(DeadLetter::getOffset)
          .contains(11L, 13L)
          .doesNotContain(10L, 14L);
      DeadLetter first = letters(harness).get(0);
      byte[] payload = new byte[first.getPayload().remaining()];
      first.getPayload().duplicate().get(payload);
      assertThat(payload).asString(UTF_8).isEqualTo("no snappy at all");
      assertThat(first.getTopic()).isEqualTo(TOPIC);
      assertThat(first.getReason()).isNotBlank();
      assertThat(first.getStack()).contains("MalformedPayloadException");
    }
    try (OneInputStreamOperatorTestHarness<Decoded<SampleBlock>, SampleBlock> restored =
        harness()) {
      restored.initializeState(state);
      restored.open();
      restored.processElement(decoded.get(0), 1);

      assertThat(restored.extractOutputValues()).hasSize(1);
    }
  }

  @Test
  @DisplayName("lets what was taken by, and the letter of what was left out besides")
  void blockAndLetter() throws Exception {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setTopic(TOPIC)
            .setPartition(0)
            .setOffset(15)
            .setFailedAtMillis(1)
            .setReason("left out 1 of 2 entries")
            .setPayload(ByteBuffer.allocate(0))
            .build();
    try (OneInputStreamOperatorTestHarness<Decoded<SampleBlock>, SampleBlock> harness = harness()) {
      harness.open();
      harness.processElement(Decoded.part(Blocks.samples(), letter, 12), 12);

      assertThat(harness.extractOutputValues()).hasSize(1);
      assertThat(letters(harness)).containsExactly(letter);
    }
  }

  private static List<DeadLetter> letters(
      OneInputStreamOperatorTestHarness<Decoded<SampleBlock>, SampleBlock> harness) {
    return harness.getSideOutput(DeadLetters.TAG).stream().map(StreamRecord::getValue).toList();
  }

  private static final class Context implements DeserializationSchema.InitializationContext {
    @Override
    public MetricGroup getMetricGroup() {
      return new UnregisteredMetricsGroup();
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
      throw new UnsupportedOperationException("no class is loaded here");
    }
  }
}
