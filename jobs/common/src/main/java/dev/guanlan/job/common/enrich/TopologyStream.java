package dev.guanlan.job.common.enrich;

import dev.guanlan.job.common.ChangeWatermarks;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.Topics;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.RelationType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the changes of the topology that can give something a place. Calls between services cannot,
 * and are left out.
 *
 * <p>The stream is idle all the time as far as watermarks go: it never holds back the event time of
 * the telemetry that it is joined with, nor drives it.
 */
public final class TopologyStream {

  /** Uid of the source. Part of savepoints; never changes. */
  public static final String UID = "topology-changes";

  private TopologyStream() {}

  /** Starts the stream, with the oldest record that is left, in one task. */
  public static DataStream<Change> read(StreamExecutionEnvironment env, JobOptions options) {
    KafkaSource<Change> source =
        KafkaSource.<Change>builder()
            .setBootstrapServers(options.bootstrapServers())
            .setProperties(options.consumerProperties())
            .setGroupId(options.groupId() + "-topology")
            .setTopics(Topics.TOPOLOGY)
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setProperty("commit.offsets.on.checkpoint", "false")
            .setClientIdPrefix(options.groupId() + "-topology")
            .setDeserializer(new ChangeDeserializer())
            .build();
    return env.fromSource(source, ChangeWatermarks.strategy(), UID, TopologyTypes.CHANGES)
        .setParallelism(1)
        .uid(UID);
  }

  /** Decodes records; what is no topology record is logged, counted and passed over. */
  static final class ChangeDeserializer implements KafkaRecordDeserializationSchema<Change> {

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(TopologyStream.class);

    private transient Counter unreadable = new SimpleCounter();

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      unreadable = context.getMetricGroup().counter("topologyUnreadable");
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Change> out) {
      if (record.key() == null) {
        pass(record, "it has no key");
        return;
      }
      try {
        Change change = TopologyRecords.decode(record.key(), record.value(), version(record));
        if (!change.type().equals(RelationType.CALLS)) {
          out.collect(change);
        }
      } catch (IOException e) {
        pass(record, e.getMessage());
      }
    }

    private void pass(ConsumerRecord<byte[], byte[]> record, String reason) {
      unreadable.inc();
      LOG.warn(
          "The record {}/{}@{} is no topology record and is passed over: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          reason);
    }

    private static long version(ConsumerRecord<byte[], byte[]> record) {
      Header header = record.headers().lastHeader(TopologyRecords.VERSION);
      if (header != null) {
        String text = new String(header.value(), StandardCharsets.UTF_8);
        if (text.matches("\\d{1,18}")) {
          return Long.parseLong(text);
        }
      }
      return record.timestamp();
    }

    @Override
    public TypeInformation<Change> getProducedType() {
      return TopologyTypes.CHANGES;
    }
  }
}
