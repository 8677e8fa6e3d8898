package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Labels;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.AlertState;
import dev.guanlan.rules.RuleMemory;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes what a rule remembers from tick to tick. States are written by number. Version 2 adds the
 * places of alerts.
 */
public final class RuleMemorySerializer extends VersionedSerializer<RuleMemory> {

  private static final long serialVersionUID = 1;
  private static final int PENDING = 1;
  private static final int FIRING = 2;
  private static final int RESOLVED = 3;

  /** An alert whose beginning is restored, for as long as its rule has failed. */
  private static final int INACTIVE = 4;

  /** Makes the serializer. */
  public RuleMemorySerializer() {
    super(2);
  }

  @Override
  protected void write(RuleMemory memory, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.count(memory.alerts().size());
    for (Alert alert : memory.alerts().values()) {
      writer.labels(alert.labels());
      writer.count(alert.annotations().size());
      for (Map.Entry<String, String> annotation : alert.annotations().entrySet()) {
        writer.text(annotation.getKey());
        writer.text(annotation.getValue());
      }
      out.writeByte(number(alert.state()));
      out.writeLong(Double.doubleToRawLongBits(alert.value()));
      out.writeLong(alert.activeAtMillis());
      out.writeLong(alert.firedAtMillis());
      out.writeLong(alert.resolvedAtMillis());
      out.writeLong(alert.lastSentAtMillis());
      out.writeLong(alert.keepFiringSinceMillis());
    }
    writer.count(memory.recorded().size());
    for (Labels series : memory.recorded()) {
      writer.labels(series);
    }
    KeptPlaceFormat.write(memory.places(), writer);
  }

  private static int number(AlertState state) {
    return switch (state) {
      case PENDING -> PENDING;
      case FIRING -> FIRING;
      case RESOLVED -> RESOLVED;
      case INACTIVE -> INACTIVE;
    };
  }

  private static AlertState state(int number) throws IOException {
    return switch (number) {
      case PENDING -> AlertState.PENDING;
      case FIRING -> AlertState.FIRING;
      case RESOLVED -> AlertState.RESOLVED;
      case INACTIVE -> AlertState.INACTIVE;
      default -> throw new IOException("no alert state has the number " + number);
    };
  }

  @Override
  protected RuleMemory read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    TreeMap<Labels, Alert> alerts = new TreeMap<>();
    for (int left = reader.count(); left > 0; left--) {
      Labels labels = reader.labels();
      TreeMap<String, String> annotations = new TreeMap<>();
      for (int more = reader.count(); more > 0; more--) {
        String name = reader.text();
        annotations.put(name, reader.text());
      }
      alerts.put(
          labels,
          new Alert(
              labels,
              annotations,
              state(in.readByte()),
              Double.longBitsToDouble(in.readLong()),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readLong()));
    }
    TreeSet<Labels> recorded = new TreeSet<>();
    for (int left = reader.count(); left > 0; left--) {
      recorded.add(reader.labels());
    }
    return version == 1
        ? new RuleMemory(alerts, recorded)
        : new RuleMemory(alerts, recorded, KeptPlaceFormat.read(reader));
  }

  @Override
  public RuleMemory createInstance() {
    return RuleMemory.EMPTY;
  }

  @Override
  public TypeSerializerSnapshot<RuleMemory> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<RuleMemory> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new RuleMemorySerializer());
    }
  }
}
