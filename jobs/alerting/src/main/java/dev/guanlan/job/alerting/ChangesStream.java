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

/**
 * Reads rule groups, and where their samples go, as they change. As far as watermarks go the stream
 * is idle all the time: changes neither hold back event time nor drive it.
 */
final class ChangesStream {

  private ChangesStream() {}

  /** Starts the stream, with the oldest records that are left, in one task. */
  static DataStream<SelectionChange> read(StreamExecutionEnvironment env, JobOptions options) {
    KafkaSource<SelectionChange> source =
        KafkaSource.<SelectionChange>builder()
            .setProperties(options.consumerProperties())
            .setBootstrapServers(options.bootstrapServers())
            .setGroupId(options.groupId() + "-rules")
            .setClientIdPrefix(options.groupId() + "-rules")
            .setTopics(Topics.RULES, Topics.RULE_PLANS)
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setProperty("commit.offsets.on.checkpoint", "false")
            .setDeserializer(new Deserializer())
            .build();
    return env.fromSource(
            source, ChangeWatermarks.strategy(), "read rules", AlertingTypes.SELECTION_CHANGES)
        .setParallelism(1)
        .uid(AlertingNames.READ_RULES);
  }

  /** Returns the changes of rules. */
  static DataStream<RuleChange> rules(DataStream<SelectionChange> changes) {
    return changes
        .flatMap(
            (SelectionChange change, Collector<RuleChange> out) -> {
              if (change instanceof RuleChange rules) {
                out.collect(rules);
              }
            })
        .returns(AlertingTypes.RULE_CHANGES)
        .setParallelism(1)
        .name("rules")
        .uid(AlertingNames.RULES);
  }

  /**
   * Decodes records; what is neither a rule group nor a plan is logged, counted and passed over.
   */
  static final class Deserializer implements KafkaRecordDeserializationSchema<SelectionChange> {

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ChangesStream.class);

    private transient Counter rulesUnreadable = new SimpleCounter();
    private transient Counter plansUnreadable = new SimpleCounter();

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      rulesUnreadable = context.getMetricGroup().counter(AlertingNames.RULES_UNREADABLE);
      plansUnreadable = context.getMetricGroup().counter(AlertingNames.PLANS_UNREADABLE);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<SelectionChange> out) {
      boolean ofPlans = record.topic().equals(Topics.RULE_PLANS);
      if (ofPlans && record.value() == null) {
        // A plan that is over is told by a record without routes before.
        return;
      }
      try {
        if (record.key() == null) {
          throw new IOException("it has no key");
        }
        out.collect(
            ofPlans
                ? new PlanChange(RulePlanRecords.decode(record.key(), record.value()))
                : RuleRecords.decode(record.key(), record.value(), record.timestamp()));
      } catch (IOException e) {
        (ofPlans ? plansUnreadable : rulesUnreadable).inc();
        LOG.warn(
            "The record {}/{}@{} is no {} and is passed over: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            ofPlans ? "plan of a rule group" : "rule group",
            e.getMessage());
      }
    }

    @Override
    public TypeInformation<SelectionChange> getProducedType() {
      return AlertingTypes.SELECTION_CHANGES;
    }
  }
}
