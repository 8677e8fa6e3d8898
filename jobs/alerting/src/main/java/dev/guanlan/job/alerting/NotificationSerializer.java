package dev.guanlan.job.alerting;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.job.common.VersionedSnapshot;
import dev.guanlan.model.Labels;
import dev.guanlan.rules.Notification;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes notifications between tasks. */
final class NotificationSerializer extends VersionedSerializer<Notification> {

  private static final long serialVersionUID = 1;

  NotificationSerializer() {
    super(1);
  }

  @Override
  protected void write(Notification notification, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.labels(notification.labels());
    writer.count(notification.annotations().size());
    for (Map.Entry<String, String> annotation : notification.annotations().entrySet()) {
      writer.text(annotation.getKey());
      writer.text(annotation.getValue());
    }
    out.writeLong(notification.startsAtMillis());
    out.writeLong(notification.resolvedAtMillis());
    out.writeLong(notification.tickMillis());
    out.writeLong(notification.validForMillis());
    writer.text(notification.generatorUrl());
  }

  @Override
  protected Notification read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    Labels labels = reader.labels();
    Map<String, String> annotations = new TreeMap<>();
    for (int left = reader.count(); left > 0; left--) {
      String name = reader.text();
      annotations.put(name, reader.text());
    }
    return new Notification(
        labels,
        annotations,
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        reader.text());
  }

  @Override
  public Notification createInstance() {
    return new Notification(Labels.EMPTY, Map.of(), 0, 0, 0, 0, "");
  }

  @Override
  public TypeSerializerSnapshot<Notification> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<Notification> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new NotificationSerializer());
    }
  }
}
