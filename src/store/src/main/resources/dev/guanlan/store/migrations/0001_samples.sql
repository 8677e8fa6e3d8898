-- docs/decisions/0003-clickhouse-layout.md says why the key is what it is.
CREATE TABLE IF NOT EXISTS samples
(
    metric_id UInt64 COMMENT 'The first 64 bits of the identity of {__name__="…"} for the tenant: keeps a metric''s series together.' CODEC(ZSTD(1)),
    id UInt128 COMMENT 'The identity of the series; series.id.' CODEC(ZSTD(1)),
    timestamp DateTime64(3, 'UTC') COMMENT 'When it was measured.' CODEC(DoubleDelta, ZSTD(1)),
    value Float64 COMMENT 'Keeps NaN payloads: 0x7ff0000000000002 is Prometheus'' staleness marker.' CODEC(Gorilla, ZSTD(1)),
    INDEX times timestamp TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(timestamp)
ORDER BY (metric_id, toStartOfInterval(timestamp, INTERVAL 4 HOUR), id, timestamp)
TTL toDateTime(timestamp) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1
COMMENT 'One row a sample. Replays collapse: read with FINAL, or samples_final.';

CREATE VIEW IF NOT EXISTS samples_final AS
SELECT metric_id, id, timestamp, value FROM samples FINAL
COMMENT 'The samples, each once.';
