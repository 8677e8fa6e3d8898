package dev.guanlan.codec.otlp;

import dev.guanlan.codec.otlp.MessageType.Kind;

/**
 * Describes the messages of OTLP as far as the decoders read them: what is not here is passed over.
 *
 * <p>Source: https://github.com/open-telemetry/opentelemetry-proto, version 1.11
 */
final class OtlpMessages {

  private OtlpMessages() {}

  /** Returns the message that a request is. */
  static MessageType of(OtlpRequest request) {
    return switch (request) {
      case METRICS -> request("resource_metrics", "scope_metrics", "metrics", metric());
      case LOGS -> request("resource_logs", "scope_logs", "log_records", logRecord());
      case TRACES -> request("resource_spans", "scope_spans", "spans", span());
      case RESOURCES -> resourcesOnly();
    };
  }

  private static MessageType request(
      String resources, String scopes, String items, MessageType item) {
    MessageType scope =
        new MessageType()
            .with(1, "name", Kind.STRING)
            .with(2, "version", Kind.STRING)
            .withMany(3, "attributes", keyValue())
            .with(4, "dropped_attributes_count", Kind.UINT32);
    MessageType ofScope =
        new MessageType()
            .with(1, "scope", scope)
            .withMany(2, items, item)
            .with(3, "schema_url", Kind.STRING);
    MessageType ofResource =
        new MessageType()
            .with(1, "resource", resource())
            .withMany(2, scopes, ofScope)
            .with(3, "schema_url", Kind.STRING);
    return new MessageType().withMany(1, resources, ofResource);
  }

  private static MessageType resourcesOnly() {
    MessageType ofResource = new MessageType().with(1, "resource", resource());
    return new MessageType()
        .withMany(1, "resource_metrics", ofResource)
        .withMany(1, "resource_logs", ofResource)
        .withMany(1, "resource_spans", ofResource);
  }

  private static MessageType resource() {
    MessageType entity =
        new MessageType()
            .with(1, "schema_url", Kind.STRING)
            .with(2, "type", Kind.STRING)
            .withMany(3, "id_keys", Kind.STRING)
            .withMany(4, "description_keys", Kind.STRING);
    return new MessageType()
        .withMany(1, "attributes", keyValue())
        .with(2, "dropped_attributes_count", Kind.UINT32)
        .withMany(3, "entity_refs", entity);
  }

  private static MessageType anyValue() {
    MessageType any = new MessageType();
    MessageType keyValue = new MessageType().with(1, "key", Kind.STRING).with(2, "value", any);
    return any.with(1, "string_value", Kind.STRING)
        .with(2, "bool_value", Kind.BOOL)
        .with(3, "int_value", Kind.INT64)
        .with(4, "double_value", Kind.DOUBLE)
        .with(5, "array_value", new MessageType().withMany(1, "values", any))
        .with(6, "kvlist_value", new MessageType().withMany(1, "values", keyValue))
        .with(7, "bytes_value", Kind.BYTES);
  }

  private static MessageType keyValue() {
    return new MessageType().with(1, "key", Kind.STRING).with(2, "value", anyValue());
  }

  private static MessageType logRecord() {
    return new MessageType()
        .with(1, "time_unix_nano", Kind.FIXED64)
        .with(11, "observed_time_unix_nano", Kind.FIXED64)
        .withEnum(
            2,
            "severity_number",
            "SEVERITY_NUMBER_",
            "UNSPECIFIED",
            "TRACE",
            "TRACE2",
            "TRACE3",
            "TRACE4",
            "DEBUG",
            "DEBUG2",
            "DEBUG3",
            "DEBUG4",
            "INFO",
            "INFO2",
            "INFO3",
            "INFO4",
            "WARN",
            "WARN2",
            "WARN3",
            "WARN4",
            "ERROR",
            "ERROR2",
            "ERROR3",
            "ERROR4",
            "FATAL",
            "FATAL2",
            "FATAL3",
            "FATAL4")
        .with(3, "severity_text", Kind.STRING)
        .with(5, "body", anyValue())
        .withMany(6, "attributes", keyValue())
        .with(7, "dropped_attributes_count", Kind.UINT32)
        .with(8, "flags", Kind.FIXED32)
        .with(9, "trace_id", Kind.ID)
        .with(10, "span_id", Kind.ID)
        .with(12, "event_name", Kind.STRING);
  }

  private static MessageType span() {
    MessageType event =
        new MessageType()
            .with(1, "time_unix_nano", Kind.FIXED64)
            .with(2, "name", Kind.STRING)
            .withMany(3, "attributes", keyValue())
            .with(4, "dropped_attributes_count", Kind.UINT32);
    MessageType link =
        new MessageType()
            .with(1, "trace_id", Kind.ID)
            .with(2, "span_id", Kind.ID)
            .with(3, "trace_state", Kind.STRING)
            .withMany(4, "attributes", keyValue())
            .with(5, "dropped_attributes_count", Kind.UINT32)
            .with(6, "flags", Kind.FIXED32);
    MessageType status =
        new MessageType()
            .with(2, "message", Kind.STRING)
            .withEnum(3, "code", "STATUS_CODE_", "UNSET", "OK", "ERROR");
    return new MessageType()
        .with(1, "trace_id", Kind.ID)
        .with(2, "span_id", Kind.ID)
        .with(3, "trace_state", Kind.STRING)
        .with(4, "parent_span_id", Kind.ID)
        .with(16, "flags", Kind.FIXED32)
        .with(5, "name", Kind.STRING)
        .withEnum(
            6,
            "kind",
            "SPAN_KIND_",
            "UNSPECIFIED",
            "INTERNAL",
            "SERVER",
            "CLIENT",
            "PRODUCER",
            "CONSUMER")
        .with(7, "start_time_unix_nano", Kind.FIXED64)
        .with(8, "end_time_unix_nano", Kind.FIXED64)
        .withMany(9, "attributes", keyValue())
        .with(10, "dropped_attributes_count", Kind.UINT32)
        .withMany(11, "events", event)
        .with(12, "dropped_events_count", Kind.UINT32)
        .withMany(13, "links", link)
        .with(14, "dropped_links_count", Kind.UINT32)
        .with(15, "status", status);
  }

  private static MessageType metric() {
    MessageType number =
        point(7, 2, 3, 5, 8).with(4, "as_double", Kind.DOUBLE).with(6, "as_int", Kind.SFIXED64);
    return new MessageType()
        .with(1, "name", Kind.STRING)
        .with(2, "description", Kind.STRING)
        .with(3, "unit", Kind.STRING)
        .with(5, "gauge", new MessageType().withMany(1, "data_points", number))
        .with(7, "sum", temporal(number).with(3, "is_monotonic", Kind.BOOL))
        .with(9, "histogram", temporal(histogram()))
        .with(10, "exponential_histogram", temporal(exponentialHistogram()))
        .with(11, "summary", new MessageType().withMany(1, "data_points", summary()))
        .withMany(12, "metadata", keyValue());
  }

  private static MessageType temporal(MessageType point) {
    return new MessageType()
        .withMany(1, "data_points", point)
        .withEnum(
            2,
            "aggregation_temporality",
            "AGGREGATION_TEMPORALITY_",
            "UNSPECIFIED",
            "DELTA",
            "CUMULATIVE");
  }

  /** Describes what all points have, under the numbers that each kind has for it; 0 for none. */
  private static MessageType point(int attributes, int start, int time, int exemplars, int flags) {
    MessageType point =
        new MessageType()
            .withMany(attributes, "attributes", keyValue())
            .with(start, "start_time_unix_nano", Kind.FIXED64)
            .with(time, "time_unix_nano", Kind.FIXED64)
            .with(flags, "flags", Kind.UINT32);
    return exemplars == 0 ? point : point.withMany(exemplars, "exemplars", exemplar());
  }

  private static MessageType exemplar() {
    return new MessageType()
        .withMany(7, "filtered_attributes", keyValue())
        .with(2, "time_unix_nano", Kind.FIXED64)
        .with(3, "as_double", Kind.DOUBLE)
        .with(6, "as_int", Kind.SFIXED64)
        .with(4, "span_id", Kind.ID)
        .with(5, "trace_id", Kind.ID);
  }

  private static MessageType histogram() {
    return point(9, 2, 3, 8, 10)
        .with(4, "count", Kind.FIXED64)
        .with(5, "sum", Kind.DOUBLE)
        .withMany(6, "bucket_counts", Kind.FIXED64)
        .withMany(7, "explicit_bounds", Kind.DOUBLE)
        .with(11, "min", Kind.DOUBLE)
        .with(12, "max", Kind.DOUBLE);
  }

  private static MessageType exponentialHistogram() {
    MessageType buckets =
        new MessageType().with(1, "offset", Kind.SINT32).withMany(2, "bucket_counts", Kind.UINT64);
    return point(1, 2, 3, 11, 10)
        .with(4, "count", Kind.FIXED64)
        .with(5, "sum", Kind.DOUBLE)
        .with(6, "scale", Kind.SINT32)
        .with(7, "zero_count", Kind.FIXED64)
        .with(8, "positive", buckets)
        .with(9, "negative", buckets)
        .with(12, "min", Kind.DOUBLE)
        .with(13, "max", Kind.DOUBLE)
        .with(14, "zero_threshold", Kind.DOUBLE);
  }

  private static MessageType summary() {
    MessageType quantile =
        new MessageType().with(1, "quantile", Kind.DOUBLE).with(2, "value", Kind.DOUBLE);
    return point(7, 2, 3, 0, 8)
        .with(4, "count", Kind.FIXED64)
        .with(5, "sum", Kind.DOUBLE)
        .withMany(6, "quantile_values", quantile);
  }
}
