package dev.guanlan.job.common;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.SpanBlock.ResourceSpans;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes blocks of spans, group by group. */
final class SpanBlockSerializer extends VersionedSerializer<SpanBlock> {

  private static final Span.Kind[] KINDS = Span.Kind.values();
  private static final Span.Status[] STATUSES = Span.Status.values();

  SpanBlockSerializer() {
    super(1);
  }

  @Override
  protected void write(SpanBlock block, DataOutputView out) throws IOException {
    BlockWriter writer = new BlockWriter(out);
    writer.text(block.tenant());
    writer.origin(block.origin());
    writer.count(block.resources().size());
    for (ResourceSpans group : block.resources()) {
      writer.labels(group.resource());
      writer.text(group.scope());
      writer.count(group.spans().size());
      for (Span span : group.spans()) {
        write(span, writer, out);
      }
    }
  }

  // The order of the enumerations' constants is part of the model's contract.
  @SuppressWarnings("EnumOrdinal")
  private static void write(Span span, BlockWriter writer, DataOutputView out) throws IOException {
    writer.text(span.traceId());
    writer.text(span.spanId());
    writer.text(span.parentSpanId());
    writer.text(span.name());
    out.writeByte(span.kind().ordinal());
    out.writeLong(span.startNanos());
    out.writeLong(span.endNanos());
    out.writeByte(span.status().ordinal());
    writer.text(span.statusMessage());
    writer.labels(span.attributes());
    writer.count(span.events().size());
    for (Span.Event event : span.events()) {
      out.writeLong(event.timestampNanos());
      writer.text(event.name());
      writer.labels(event.attributes());
    }
    writer.count(span.links().size());
    for (Span.Link link : span.links()) {
      writer.text(link.traceId());
      writer.text(link.spanId());
      writer.labels(link.attributes());
    }
  }

  @Override
  protected SpanBlock read(int version, DataInputView in) throws IOException {
    BlockReader reader = new BlockReader(in);
    String tenant = reader.text();
    Origin origin = reader.origin();
    int groupCount = reader.count();
    List<ResourceSpans> groups = new ArrayList<>();
    for (int g = 0; g < groupCount; g++) {
      Labels resource = reader.labels();
      String scope = reader.text();
      int spanCount = reader.count();
      List<Span> spans = new ArrayList<>();
      for (int s = 0; s < spanCount; s++) {
        spans.add(readSpan(reader, in));
      }
      groups.add(new ResourceSpans(resource, scope, spans));
    }
    return new SpanBlock(tenant, origin, groups);
  }

  private static Span readSpan(BlockReader reader, DataInputView in) throws IOException {
    return new Span(
        reader.text(),
        reader.text(),
        reader.text(),
        reader.text(),
        KINDS[in.readByte()],
        in.readLong(),
        in.readLong(),
        STATUSES[in.readByte()],
        reader.text(),
        reader.labels(),
        readEvents(reader, in),
        readLinks(reader));
  }

  private static List<Span.Event> readEvents(BlockReader reader, DataInputView in)
      throws IOException {
    int count = reader.count();
    List<Span.Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(new Span.Event(in.readLong(), reader.text(), reader.labels()));
    }
    return events;
  }

  private static List<Span.Link> readLinks(BlockReader reader) throws IOException {
    int count = reader.count();
    List<Span.Link> links = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      links.add(new Span.Link(reader.text(), reader.text(), reader.labels()));
    }
    return links;
  }

  @Override
  public SpanBlock createInstance() {
    return new SpanBlock("", Origin.NONE, List.of());
  }

  @Override
  public TypeSerializerSnapshot<SpanBlock> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Says which version was written. */
  public static final class Snapshot extends VersionedSnapshot<SpanBlock> {
    /** Makes the snapshot of today's format. */
    public Snapshot() {
      super(new SpanBlockSerializer());
    }
  }
}
