package dev.guanlan.codec.otlp;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogBlock.ResourceLogs;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.RawRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes OTLP log requests. Bodies that are not text become JSON. An entry without a time has the
 * time it was observed at or, without that too, received at.
 */
public final class OtlpLogsDecoder implements Decoder<LogBlock> {

  private static final int TIME = 1 << 3 | 1;
  private static final int SEVERITY_NUMBER = 2 << 3;
  private static final int SEVERITY_TEXT = 3 << 3 | 2;
  private static final int BODY = 5 << 3 | 2;
  private static final int ATTRIBUTES = 6 << 3 | 2;
  private static final int TRACE_ID = 9 << 3 | 2;
  private static final int SPAN_ID = 10 << 3 | 2;
  private static final int OBSERVED_TIME = 11 << 3 | 1;
  private static final int EVENT_NAME = 12 << 3 | 2;
  private static final int MAX_SEVERITY = 24;

  private final OtlpInput input;
  private final ProtoReader in;
  private final AttributesReader attributes;
  private final RequestWalk walk;

  /** Makes a decoder. */
  public OtlpLogsDecoder(DecoderLimits limits) {
    input = new OtlpInput(limits);
    in = input.in;
    attributes = new AttributesReader(input);
    walk = new RequestWalk(input, attributes);
  }

  @Override
  public LogBlock decode(RawRecord raw) throws MalformedPayloadException {
    Groups groups = new Groups(raw.receivedAtMillis() * 1_000_000);
    try {
      input.open(raw);
      walk.walk(groups);
    } finally {
      input.close();
      attributes.clear();
    }
    return new LogBlock(raw.tenant(), raw.origin(), List.copyOf(groups.done));
  }

  private final class Groups implements RequestWalk.Visitor {
    final List<ResourceLogs> done = new ArrayList<>();
    private final long receivedNanos;
    private Labels resource = Labels.EMPTY;
    private String scope = "";
    private List<LogEntry> entries = new ArrayList<>();

    Groups(long receivedNanos) {
      this.receivedNanos = receivedNanos;
    }

    @Override
    public void resource(Labels attributesOfResource) {
      resource = attributesOfResource;
    }

    @Override
    public void scope(String name) {
      scope = name;
    }

    @Override
    public void item() throws MalformedPayloadException {
      entries.add(readEntry(receivedNanos));
    }

    @Override
    public void endScope() {
      if (!entries.isEmpty()) {
        done.add(new ResourceLogs(resource, scope, List.copyOf(entries)));
        entries = new ArrayList<>();
      }
    }

    @Override
    public void endResource() {}
  }

  private LogEntry readEntry(long receivedNanos) throws MalformedPayloadException {
    input.countEntry();
    attributes.clear();
    long time = 0;
    long observed = 0;
    long severity = 0;
    String severityText = "";
    String body = "";
    String traceId = "";
    String spanId = "";
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case TIME -> time = input.nanos("a log entry's time");
        case OBSERVED_TIME -> observed = input.nanos("a log entry's observed time");
        case SEVERITY_NUMBER -> severity = in.varint();
        case SEVERITY_TEXT -> severityText = input.text("a log entry's severity");
        case BODY -> body = attributes.readValue();
        case ATTRIBUTES -> attributes.read();
        case TRACE_ID -> traceId = input.id("a log entry's trace id", 16);
        case SPAN_ID -> spanId = input.id("a log entry's span id", 8);
        case EVENT_NAME -> attributes.add("event.name", input.text("a log entry's event name"));
        default -> in.skip(tag);
      }
    }
    if (time == 0) {
      time = observed == 0 ? receivedNanos : observed;
    }
    return new LogEntry(
        time,
        observed,
        severity < 0 || severity > MAX_SEVERITY ? 0 : (int) severity,
        severityText,
        body,
        attributes.take(),
        traceId,
        spanId);
  }
}
