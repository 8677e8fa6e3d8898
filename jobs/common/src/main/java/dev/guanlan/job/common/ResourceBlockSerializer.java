package dev.guanlan.job.common;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes blocks of resources. */
final class ResourceBlockSerializer extends VersionedSerializer<ResourceBlock> {

  ResourceBlockSerializer() {
    super(1);
  }

  @Override
  protected void write(ResourceBlock block, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.text(block.tenant());
    writer.origin(block.origin());
    out.writeLong(block.receivedAtMillis());
    writer.count(block.resources().size());
    for (Labels resource : block.resources()) {
      writer.labels(resource);
    }
  }

  @Override
  protected ResourceBlock read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    String tenant = reader.text();
    Origin origin = reader.origin();
    long receivedAtMillis = in.readLong();
    int count = reader.count();
    List<Labels> resources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      resources.add(reader.labels());
    }
    return new ResourceBlock(tenant, origin, receivedAtMillis, resources);
  }

  @Override
  public ResourceBlock createInstance() {
    return new ResourceBlock("", Origin.NONE, 0, List.of());
  }

  @Override
  public TypeSerializerSnapshot<ResourceBlock> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<ResourceBlock> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new ResourceBlockSerializer());
    }
  }
}
