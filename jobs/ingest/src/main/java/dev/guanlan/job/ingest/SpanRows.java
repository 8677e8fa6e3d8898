package dev.guanlan.job.ingest;

import dev.guanlan.connector.clickhouse.Insert;
import dev.guanlan.connector.clickhouse.RowEncoder;
import dev.guanlan.job.common.enrich.Placed;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.store.RowBuffer;
import dev.guanlan.topology.Place;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/** Makes a row of every span, with its events and links. */
final class SpanRows implements RowEncoder<Placed<SpanBlock>> {

  private static final long serialVersionUID = 1L;

  static final String INSERT =
      "INSERT INTO spans (tenant, trace_id, span_id, parent_span_id, name, kind, start, duration,"
          + " status, status_message, attributes, resource, scope, `events.timestamp`,"
          + " `events.name`, `events.attributes`, `links.trace_id`, `links.span_id`,"
          + " `links.attributes`, "
          + PlaceColumns.NAMES
          + ", expires)"
          + " SETTINGS max_partitions_per_insert_block = 1000 FORMAT RowBinary";

  private final TimeBounds bounds;

  private transient Counter outOfTime = new SimpleCounter();

  SpanRows(TimeBounds bounds) {
    this.bounds = bounds;
  }

  @Override
  public List<Insert> inserts() {
    return List.of(Insert.rows(INSERT));
  }

  @Override
  public void open(MetricGroup metrics) {
    outOfTime = metrics.counter(IngestNames.OUT_OF_TIME);
  }

  @Override
  public void encode(Placed<SpanBlock> placed, Tables tables) {
    SpanBlock block = placed.block();
    RowBuffer row = tables.rows(0);
    int days = bounds.retention().days(block.tenant(), "spans");
    long earliest = bounds.earliestMillis(days) * 1_000_000;
    long latest = bounds.latestMillis() * 1_000_000;
    for (int g = 0; g < block.resources().size(); g++) {
      SpanBlock.ResourceSpans group = block.resources().get(g);
      for (Span span : group.spans()) {
        if (span.startNanos() < earliest || span.startNanos() > latest) {
          outOfTime.inc();
        } else {
          int expires = Retention.expires(span.startNanos() / 1_000_000, days);
          write(block.tenant(), group, span, placed.places()[g], expires, row);
        }
      }
    }
  }

  private static void write(
      String tenant,
      SpanBlock.ResourceSpans group,
      Span span,
      Place place,
      int expires,
      RowBuffer row) {
    row.string(tenant);
    row.string(span.traceId());
    row.string(span.spanId());
    row.string(span.parentSpanId());
    row.string(span.name());
    row.int8(number(span.kind()));
    row.int64(span.startNanos());
    row.int64(span.endNanos() - span.startNanos());
    row.int8(number(span.status()));
    row.string(span.statusMessage());
    row.map(span.attributes());
    row.map(group.resource());
    row.string(group.scope());
    writeEvents(span.events(), row);
    writeLinks(span.links(), row);
    PlaceColumns.write(place, row);
    row.date(expires);
    row.endRow();
  }

  private static void writeEvents(List<Span.Event> events, RowBuffer row) {
    row.size(events.size());
    for (Span.Event event : events) {
      row.int64(event.timestampNanos());
    }
    row.size(events.size());
    for (Span.Event event : events) {
      row.string(event.name());
    }
    row.size(events.size());
    for (Span.Event event : events) {
      row.map(event.attributes());
    }
  }

  private static void writeLinks(List<Span.Link> links, RowBuffer row) {
    row.size(links.size());
    for (Span.Link link : links) {
      row.string(link.traceId());
    }
    row.size(links.size());
    for (Span.Link link : links) {
      row.string(link.spanId());
    }
    row.size(links.size());
    for (Span.Link link : links) {
      row.map(link.attributes());
    }
  }

  /** Returns the number that the column's enumeration gives the kind. */
  private static int number(Span.Kind kind) {
    return switch (kind) {
      case UNSPECIFIED -> 0;
      case INTERNAL -> 1;
      case SERVER -> 2;
      case CLIENT -> 3;
      case PRODUCER -> 4;
      case CONSUMER -> 5;
    };
  }

  /** Returns the number that the column's enumeration gives the status. */
  private static int number(Span.Status status) {
    return switch (status) {
      case UNSET -> 0;
      case OK -> 1;
      case ERROR -> 2;
    };
  }
}
