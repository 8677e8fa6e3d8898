package dev.guanlan.job.alerting;

import dev.guanlan.job.common.SchemaTypes;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.schema.RuleGroupPlan;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes changes of rules and plans between tasks. */
final class SelectionChangeSerializer extends VersionedSerializer<SelectionChange> {

  private static final long serialVersionUID = 1;
  private static final int RULES = 1;
  private static final int PLAN = 2;

  private final RuleChangeSerializer changes = new RuleChangeSerializer();
  private final TypeSerializer<RuleGroupPlan> plans =
      SchemaTypes.of(RuleGroupPlan.class).createSerializer(new SerializerConfigImpl());

  SelectionChangeSerializer() {
    super(1);
  }

  @Override
  protected void write(SelectionChange change, DataOutputView out) throws IOException {
    if (change instanceof RuleChange rules) {
      out.writeByte(RULES);
      changes.serialize(rules, out);
    } else if (change instanceof PlanChange plan) {
      out.writeByte(PLAN);
      plans.serialize(plan.plan(), out);
    }
  }

  @Override
  protected SelectionChange read(int version, DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case RULES -> changes.deserialize(in);
      case PLAN -> new PlanChange(plans.deserialize(in));
      default -> throw new IOException("no change of the selection has the number " + kind);
    };
  }

  @Override
  public SelectionChange createInstance() {
    return changes.createInstance();
  }

  @Override
  public TypeSerializerSnapshot<SelectionChange> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<SelectionChange> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new SelectionChangeSerializer());
    }
  }
}
