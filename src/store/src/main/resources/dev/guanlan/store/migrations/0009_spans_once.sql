CREATE TABLE IF NOT EXISTS spans_next
(
    tenant LowCardinality(String),
    trace_id String COMMENT '32 hexadecimal digits.' CODEC(ZSTD(1)),
    span_id String COMMENT '16 hexadecimal digits.' CODEC(ZSTD(1)),
    parent_span_id String COMMENT '16 hexadecimal digits, or empty for a root.' CODEC(ZSTD(1)),
    name LowCardinality(String),
    kind Enum8('unspecified' = 0, 'internal' = 1, 'server' = 2, 'client' = 3, 'producer' = 4, 'consumer' = 5),
    start DateTime64(9, 'UTC') COMMENT 'When it began.' CODEC(Delta, ZSTD(1)),
    duration Int64 COMMENT 'In nanoseconds; negative if the agent''s clock went back.' CODEC(ZSTD(1)),
    status Enum8('unset' = 0, 'ok' = 1, 'error' = 2),
    status_message String CODEC(ZSTD(1)),
    attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    scope LowCardinality(String),
    `events.timestamp` Array(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `events.name` Array(LowCardinality(String)) CODEC(ZSTD(1)),
    `events.attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `links.trace_id` Array(String) CODEC(ZSTD(1)),
    `links.span_id` Array(String) CODEC(ZSTD(1)),
    `links.attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    cluster LowCardinality(String),
    namespace LowCardinality(String),
    workload LowCardinality(String),
    node LowCardinality(String),
    service LowCardinality(String),
    owner LowCardinality(String),
    expires Date DEFAULT toDate(start) + 31 COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1)),
    INDEX times start TYPE minmax GRANULARITY 1,
    INDEX traces trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX durations duration TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (expires, toDate(start))
ORDER BY (tenant, toStartOfHour(start), trace_id, span_id, kind)
TTL expires
SETTINGS ttl_only_drop_parts = 1, min_age_to_force_merge_seconds = 90000,
    min_age_to_force_merge_on_partition_only = 1, non_replicated_deduplication_window = 10000
COMMENT 'One row a span.';

INSERT INTO spans_next
(
    tenant, trace_id, span_id, parent_span_id, name, kind, start, duration, status, status_message, attributes,
    resource, scope, `events.timestamp`, `events.name`, `events.attributes`, `links.trace_id`, `links.span_id`,
    `links.attributes`, cluster, namespace, workload, node, service, owner
)
SELECT
    tenant, trace_id, span_id, parent_span_id, name, kind, start, duration, status, status_message, attributes,
    resource, scope, `events.timestamp`, `events.name`, `events.attributes`, `links.trace_id`, `links.span_id`,
    `links.attributes`, cluster, namespace, workload, node, service, owner
FROM spans FINAL
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0;

RENAME TABLE spans_next TO spans;

CREATE OR REPLACE VIEW spans_final AS
SELECT * FROM spans
COMMENT 'The spans. Those of a push that its agent repeated are there twice, with the same ids.';
