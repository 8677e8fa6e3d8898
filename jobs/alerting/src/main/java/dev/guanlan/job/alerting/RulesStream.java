package dev.guanlan.job.alerting;

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

/**
 * Reads rule groups as they change. As far as watermarks go the stream is idle all the time: rules
 * neither hold back event time nor drive it.
 */
final class RulesStream {

  private RulesStream() {}

  /** Starts the stream, with the oldest record that is left, in one task. */
  static DataStream<RuleChange> read(StreamExecutionEnvironment env, JobOptions options) {
    KafkaSource<RuleChange> source =
        KafkaSource.<RuleChange>builder()
            .setProperties(options.consumerProperties())
            .setBootstrapServers(options.bootstrapServers())
            .setGroupId(options.groupId() + "-rules")
            .setClientIdPrefix(options.groupId() + "-rules")
            .setTopics(Topics.RULES)
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setProperty("commit.offsets.on.checkpoint", "false")
            .setDeserializer(new Deserializer())
            .build();
    return env.fromSource(
            source, ChangeWatermarks.strategy(), "read rules", AlertingTypes.RULE_CHANGES)
        .setParallelism(1)
        .uid(AlertingNames.READ_RULES);
  }

  /** Decodes records; what is no rule group is logged, counted and passed over. */
  static final class Deserializer implements KafkaRecordDeserializationSchema<RuleChange> {

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(RulesStream.class);

    private transient Counter unreadable = new SimpleCounter();

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      unreadable = context.getMetricGroup().counter(AlertingNames.RULES_UNREADABLE);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RuleChange> out) {
      try {
        if (record.key() == null) {
          throw new IOException("it has no key");
        }
        out.collect(RuleRecords.decode(record.key(), record.value(), record.timestamp()));
      } catch (IOException e) {
        unreadable.inc();
        LOG.warn(
            "The record {}/{}@{} is no rule group and is passed over: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            e.getMessage());
      }
    }

    @Override
    public TypeInformation<RuleChange> getProducedType() {
      return AlertingTypes.RULE_CHANGES;
    }
  }
}
