CREATE TABLE IF NOT EXISTS logs_next
(
    tenant LowCardinality(String),
    stream_id UInt128 COMMENT 'The identity of the stream''s labels, as of a series.' CODEC(ZSTD(1)),
    timestamp DateTime64(9, 'UTC') COMMENT 'When it happened.' CODEC(Delta, ZSTD(1)),
    entry_id UInt64 COMMENT 'Made of the raw record''s origin: orders entries of one moment as they were sent.' CODEC(Delta, ZSTD(1)),
    observed DateTime64(9, 'UTC') COMMENT 'When the agent saw it; 1970-01-01 if unknown.' CODEC(Delta, ZSTD(1)),
    severity_number UInt8 COMMENT 'OpenTelemetry''s severity, 1 to 24; 0 if unknown.',
    severity_text LowCardinality(String),
    body String COMMENT 'The line.' CODEC(ZSTD(1)),
    attributes Map(LowCardinality(String), String) COMMENT 'Of the entry alone; Loki calls them structured metadata.' CODEC(ZSTD(1)),
    resource Map(LowCardinality(String), String) COMMENT 'Of the stream: a resource''s attributes, or Loki''s labels.' CODEC(ZSTD(1)),
    scope LowCardinality(String),
    trace_id String COMMENT '32 hexadecimal digits, or empty.' CODEC(ZSTD(1)),
    span_id String COMMENT '16 hexadecimal digits, or empty.' CODEC(ZSTD(1)),
    cluster LowCardinality(String),
    namespace LowCardinality(String),
    workload LowCardinality(String),
    node LowCardinality(String),
    service LowCardinality(String),
    owner LowCardinality(String),
    expires Date DEFAULT toDate(timestamp) + 31 COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1)),
    INDEX times timestamp TYPE minmax GRANULARITY 1,
    INDEX traces trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX words lower(body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (expires, toDate(timestamp))
ORDER BY (tenant, toStartOfHour(timestamp), stream_id, timestamp, entry_id)
TTL expires
SETTINGS ttl_only_drop_parts = 1, min_age_to_force_merge_seconds = 90000,
    min_age_to_force_merge_on_partition_only = 1, non_replicated_deduplication_window = 10000
COMMENT 'One row a log entry.';

INSERT INTO logs_next
(
    tenant, stream_id, timestamp, entry_id, observed, severity_number, severity_text, body, attributes, resource,
    scope, trace_id, span_id, cluster, namespace, workload, node, service, owner
)
SELECT
    tenant, stream_id, timestamp, entry_id, observed, severity_number, severity_text, body, attributes, resource,
    scope, trace_id, span_id, cluster, namespace, workload, node, service, owner
FROM logs FINAL
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0;

RENAME TABLE logs_next TO logs;

CREATE OR REPLACE VIEW logs_final AS
SELECT * FROM logs
COMMENT 'The log entries. Those of a push that its agent repeated are there twice.';
