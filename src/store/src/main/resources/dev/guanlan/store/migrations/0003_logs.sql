CREATE TABLE IF NOT EXISTS logs
(
    tenant LowCardinality(String),
    stream_id UInt128 COMMENT 'The identity of the resource''s attributes, as of a series.' CODEC(ZSTD(1)),
    timestamp DateTime64(9, 'UTC') COMMENT 'When it happened.' CODEC(Delta, ZSTD(1)),
    entry_id UInt64 COMMENT 'Made of the raw record''s origin: a replay has it again, a twin has another.' CODEC(ZSTD(1)),
    observed DateTime64(9, 'UTC') COMMENT 'When the agent saw it; 1970-01-01 if unknown.' CODEC(Delta, ZSTD(1)),
    severity_number UInt8 COMMENT 'OpenTelemetry''s severity, 1 to 24; 0 if unknown.',
    severity_text LowCardinality(String),
    body String CODEC(ZSTD(3)),
    attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    scope LowCardinality(String),
    trace_id String COMMENT '32 hexadecimal digits, or empty.' CODEC(ZSTD(1)),
    span_id String COMMENT '16 hexadecimal digits, or empty.' CODEC(ZSTD(1)),
    cluster LowCardinality(String),
    namespace LowCardinality(String),
    workload LowCardinality(String),
    node LowCardinality(String),
    service LowCardinality(String),
    owner LowCardinality(String),
    INDEX times timestamp TYPE minmax GRANULARITY 1,
    INDEX traces trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX words lower(body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 4
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(timestamp)
ORDER BY (tenant, toStartOfHour(timestamp), stream_id, timestamp, entry_id)
TTL toDateTime(timestamp) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1
COMMENT 'One row a log entry. Replays collapse: read with FINAL, or logs_final.';

CREATE VIEW IF NOT EXISTS logs_final AS
SELECT * FROM logs FINAL
COMMENT 'The log entries, each once.';
