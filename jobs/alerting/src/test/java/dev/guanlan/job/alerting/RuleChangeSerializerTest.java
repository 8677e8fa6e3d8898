package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroup;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A change of rules")
final class RuleChangeSerializerTest {

  private final RuleChangeSerializer serializer = new RuleChangeSerializer();

  private static RuleChange change() throws Exception {
    RuleGroup group =
        RuleGroupRecords.toRecord(
            "t",
            TestingEvaluation.groups("groups: [{name: g, rules: [{record: r, expr: up}]}]").get(0),
            7);
    return new RuleChange("t/file/g", 7, group);
  }

  private RuleChange copy(RuleChange change) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(change, out);
    return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
  }

  @Test
  @DisplayName("is read as it was written")
  void roundTrip() throws Exception {
    RuleChange change = change();
    assertThat(copy(change)).isEqualTo(change);
    assertThat(copy(change.withoutHistory("away"))).isEqualTo(change.withoutHistory("away"));
    assertThat(copy(change.withHistory(9))).isEqualTo(change.withHistory(9));
    RuleChange deletion = new RuleChange("t/file/g", 8, null);
    assertThat(copy(deletion)).isEqualTo(deletion);
  }

  @Test
  @DisplayName("that an earlier release wrote has its history")
  void firstVersion() throws Exception {
    RuleChange change = change();
    byte[] group = RecordFormat.of(RuleGroup.class).encode(change.group());
    DataOutputSerializer out = new DataOutputSerializer(64);
    out.writeByte(1);
    BlockWriter writer = new BlockWriter(out);
    writer.text("t/file/g");
    out.writeLong(7);
    writer.count(group.length);
    out.write(group);

    assertThat(serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
        .isEqualTo(change);
  }

  @Test
  @DisplayName(
      "that an earlier release wrote says why its history is missing, not when it was read")
  void secondVersion() throws Exception {
    RuleChange change = change();
    byte[] group = RecordFormat.of(RuleGroup.class).encode(change.group());
    DataOutputSerializer out = new DataOutputSerializer(64);
    out.writeByte(2);
    BlockWriter writer = new BlockWriter(out);
    writer.text("t/file/g");
    out.writeLong(7);
    writer.count(group.length);
    out.write(group);
    writer.text("away");

    assertThat(serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
        .isEqualTo(change.withoutHistory("away"));
  }
}
