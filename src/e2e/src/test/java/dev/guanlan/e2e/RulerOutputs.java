package dev.guanlan.e2e;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.testing.KafkaRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what the alerting job has committed of the story, in lines that can be compared. */
final class RulerOutputs {

  private static final RecordFormat<AlertTransition> FORMAT =
      RecordFormat.of(AlertTransition.class);

  private final String bootstrapServers;

  RulerOutputs(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Takes a recorded sample. */
  @FunctionalInterface
  private interface Taker {
    void take(Labels labels, long millis, double value);
  }

  List<String> transitions() throws IOException {
    List<String> lines = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        KafkaRecords.committed(bootstrapServers, Topics.ALERTS)) {
      AlertTransition moved = FORMAT.decode(record.value());
      if (moved.getTenant().equals(RulerStory.TENANT)) {
        lines.add(
            OutputLine.ofTransition(
                moved.getGroup(),
                new TreeMap<>(moved.getLabels()),
                new TreeMap<>(moved.getAnnotations()),
                moved.getFrom() + " to " + moved.getTo(),
                moved.getValue(),
                moved.getTimestampMillis(),
                moved.getActiveAtMillis(),
                moved.getFiredAtMillis(),
                moved.getResolvedAtMillis()));
      }
    }
    return lines;
  }

  List<String> recorded() throws Exception {
    List<String> lines = new ArrayList<>();
    read((labels, millis, value) -> lines.add(OutputLine.ofRecorded(labels, millis, value)));
    return lines;
  }

  /** Returns the time of a recorded metric's newest sample, or the least number if it has none. */
  long newestTick(String metric) throws Exception {
    return ticks(metric).getMax();
  }

  /** Returns the time of a recorded metric's oldest sample, or the largest number. */
  long oldestTick(String metric) throws Exception {
    return ticks(metric).getMin();
  }

  private LongSummaryStatistics ticks(String metric) throws Exception {
    LongSummaryStatistics ticks = new LongSummaryStatistics();
    read(
        (labels, millis, value) -> {
          if (labels.metricName().equals(metric)) {
            ticks.accept(millis);
          }
        });
    return ticks;
  }

  private void read(Taker taker) throws Exception {
    RemoteWriteDecoder decoder = new RemoteWriteDecoder(DecoderLimits.DEFAULTS);
    for (ConsumerRecord<byte[], byte[]> record :
        KafkaRecords.committed(bootstrapServers, Topics.RECORDED_METRICS)) {
      if (!KafkaRecords.header(record, RawHeaders.TENANT).equals(RulerStory.TENANT)) {
        continue;
      }
      SampleBlock block =
          decoder.decode(
              new RawRecord(
                  RulerStory.TENANT,
                  Encoding.PROMETHEUS_REMOTE_WRITE,
                  0,
                  record.key(),
                  record.value(),
                  Origin.NONE));
      for (int s = 0; s < block.seriesCount(); s++) {
        for (int i = block.firstSample(s); i < block.endSample(s); i++) {
          taker.take(block.labels(s), block.timestamp(i), block.value(i));
        }
      }
    }
  }
}
