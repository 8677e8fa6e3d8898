package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.common.ChangeWatermarks;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.Topics;
import java.io.IOException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads plans as they change. They neither hold back event time nor drive it. */
final class PlansStream {

  private PlansStream() {}

  /** Starts the stream, with the oldest record that is left, in one task. */
  static DataStream<SelectionChange> read(StreamExecutionEnvironment env, JobOptions options) {
    KafkaSource<SelectionChange> source =
        KafkaSource.<SelectionChange>builder()
            .setProperties(options.consumerProperties())
            .setBootstrapServers(options.bootstrapServers())
            .setGroupId(options.groupId() + "-plans")
            .setClientIdPrefix(options.groupId() + "-plans")
            .setTopics(Topics.RULE_PLANS)
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setProperty("commit.offsets.on.checkpoint", "false")
            .setDeserializer(new Deserializer())
            .build();
    return env.fromSource(
            source, ChangeWatermarks.strategy(), "read plans", AlertingTypes.SELECTION_CHANGES)
        .setParallelism(1)
        .uid(AlertingNames.READ_PLANS);
  }

  /** Decodes records; what is no plan is logged, counted and passed over. */
  static final class Deserializer implements KafkaRecordDeserializationSchema<SelectionChange> {

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(PlansStream.class);

    private transient Counter unreadable = new SimpleCounter();

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      unreadable = context.getMetricGroup().counter(AlertingNames.PLANS_UNREADABLE);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<SelectionChange> out) {
      if (record.value() == null) {
        // A plan that is over is told by a record without routes before.
        return;
      }
      try {
        if (record.key() == null) {
          throw new IOException("it has no key");
        }
        out.collect(new PlanChange(RulePlanRecords.decode(record.key(), record.value())));
      } catch (IOException e) {
        unreadable.inc();
        LOG.warn(
            "The record {}/{}@{} is no plan of a rule group and is passed over: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            e.getMessage());
      }
    }

    @Override
    public TypeInformation<SelectionChange> getProducedType() {
      return AlertingTypes.SELECTION_CHANGES;
    }
  }
}
