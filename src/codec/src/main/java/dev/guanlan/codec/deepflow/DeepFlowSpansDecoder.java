package dev.guanlan.codec.deepflow;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.SpanBlock.ResourceSpans;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Decodes rows of {@code l7_flow_log} that have a W3C or B3 trace id as spans, one for each point
 * at which the request was observed; others give empty blocks.
 *
 * <p>The span id that DeepFlow reads from a request's headers is that of the span which made the
 * request. So a row becomes a child of that span, of kind internal, with an id of its own made from
 * the row's origin. Rows that an application's own spans became are those spans.
 */
public final class DeepFlowSpansDecoder implements Decoder<SpanBlock> {

  private static final String SCOPE = "deepflow";
  private static final int TRACE_DIGITS = 32;
  private static final int SPAN_DIGITS = 16;
  private static final String KIND_PREFIX = "span_kind_";

  private final DecoderLimits limits;
  private final RowReader reader;

  /** Makes a decoder. */
  public DeepFlowSpansDecoder(DecoderLimits limits) {
    this.limits = limits;
    this.reader = new RowReader(limits);
  }

  @Override
  public SpanBlock decode(RawRecord raw) throws MalformedPayloadException {
    Row row = reader.read(raw);
    Table table = Table.of(row, raw);
    String trace = traceId(row.text("trace_id"));
    if (table.kind() != Table.Kind.REQUESTS || trace.isEmpty()) {
      return new SpanBlock(raw.tenant(), raw.origin(), List.of());
    }
    ObservationPoint point = ObservationPoint.of(row);
    Span span = point.isApplication() ? own(row, raw, trace, point) : hop(row, raw, trace, point);
    return new SpanBlock(
        raw.tenant(),
        raw.origin(),
        List.of(new ResourceSpans(resource(row, point), SCOPE, List.of(span))));
  }

  private Span hop(Row row, RawRecord raw, String trace, ObservationPoint point)
      throws MalformedPayloadException {
    String id = HexFormat.of().toHexDigits(raw.origin().entryId(0));
    String caller = id(row.text("span_id"), SPAN_DIGITS);
    return span(row, raw, trace, id, caller, Span.Kind.INTERNAL, point);
  }

  private Span own(Row row, RawRecord raw, String trace, ObservationPoint point)
      throws MalformedPayloadException {
    String id = id(row.text("span_id"), SPAN_DIGITS);
    return span(
        row,
        raw,
        trace,
        id.isEmpty() ? HexFormat.of().toHexDigits(raw.origin().entryId(0)) : id,
        id(row.text("parent_span_id"), SPAN_DIGITS),
        kind(row.text("span_kind"), point),
        point);
  }

  private Span span(
      Row row,
      RawRecord raw,
      String trace,
      String id,
      String parent,
      Span.Kind kind,
      ObservationPoint point)
      throws MalformedPayloadException {
    long start = Requests.startNanos(row, raw);
    Span.Status status =
        Requests.failed(row)
            ? Span.Status.ERROR
            : Requests.succeeded(row) ? Span.Status.OK : Span.Status.UNSET;
    return new Span(
        trace,
        id,
        parent,
        name(row),
        kind,
        start,
        Math.max(start, Requests.endNanos(row, raw)),
        status,
        status == Span.Status.ERROR ? row.text("response_exception") : "",
        Requests.attributes(row, point, limits),
        List.of(),
        List.of());
  }

  private static String name(Row row) {
    String endpoint = Requests.endpoint(row);
    if (!endpoint.isEmpty()) {
      return endpoint;
    }
    String joined = (row.text("request_type") + " " + row.text("request_resource")).strip();
    return joined.isEmpty() ? Protocols.application(row) : joined;
  }

  private Labels resource(Row row, ObservationPoint point) {
    FlowEnd end = point.onServerSide() ? FlowEnd.SERVER : FlowEnd.CLIENT;
    Labels labels = end.attributes(row, limits.maxLabels() - 2);
    String service = row.text("app_service");
    return (service.isEmpty() ? labels : labels.with("service.name", service))
        .with("service.instance.id", point.isApplication() ? row.text("app_instance") : "");
  }

  private static Span.Kind kind(String written, ObservationPoint point) {
    String name = written.toLowerCase(Locale.ROOT);
    if (name.startsWith(KIND_PREFIX)) {
      name = name.substring(KIND_PREFIX.length());
    }
    return switch (name) {
      case "1", "internal" -> Span.Kind.INTERNAL;
      case "2", "server" -> Span.Kind.SERVER;
      case "3", "client" -> Span.Kind.CLIENT;
      case "4", "producer" -> Span.Kind.PRODUCER;
      case "5", "consumer" -> Span.Kind.CONSUMER;
      default ->
          switch (point) {
            case CLIENT_APPLICATION -> Span.Kind.CLIENT;
            case SERVER_APPLICATION -> Span.Kind.SERVER;
            default -> Span.Kind.INTERNAL;
          };
    };
  }

  /** Returns a trace id of 32 digits; B3 may have half of them. Empty if it is none. */
  private static String traceId(String written) {
    String whole = id(written, TRACE_DIGITS);
    if (!whole.isEmpty()) {
      return whole;
    }
    String half = id(written, TRACE_DIGITS / 2);
    return half.isEmpty() ? "" : "0".repeat(TRACE_DIGITS / 2) + half;
  }

  private static String id(String written, int digits) {
    String lower = written.toLowerCase(Locale.ROOT);
    boolean ok = lower.length() == digits;
    boolean zero = true;
    for (int i = 0; ok && i < digits; i++) {
      char c = lower.charAt(i);
      ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      zero &= c == '0';
    }
    return ok && !zero ? lower : "";
  }
}
