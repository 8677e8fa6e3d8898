CREATE TABLE IF NOT EXISTS histograms
(
    key UInt128 COMMENT 'series.key.' CODEC(ZSTD(1)),
    timestamp DateTime64(3, 'UTC') COMMENT 'When it was measured.' CODEC(Delta, ZSTD(1)),
    start DateTime64(3, 'UTC') COMMENT 'Since when it counts; 1970-01-01 if unknown.' CODEC(Delta, ZSTD(1)),
    reset_hint Enum8('unknown' = 0, 'reset' = 1, 'not_reset' = 2, 'gauge' = 3) COMMENT 'What is known of a reset since the histogram before.' CODEC(ZSTD(1)),
    schema Int8 COMMENT '-4 to 8: bounds grow by 2^(2^-schema); -53: they are listed in custom_bounds.' CODEC(ZSTD(1)),
    zero_threshold Float64 COMMENT 'Up to which distance from 0 observations are in the zero bucket.' CODEC(ZSTD(1)),
    zero_count Float64 CODEC(Delta, ZSTD(1)),
    count Float64 COMMENT 'How many observations there are; a NaN as in samples marks staleness in sum.' CODEC(Delta, ZSTD(1)),
    sum Float64 COMMENT 'Keeps NaN payloads: 0x7ff0000000000002 is Prometheus'' staleness marker.' CODEC(Delta, ZSTD(1)),
    `positive.index` Array(Int32) COMMENT 'Which buckets above the zero bucket have observations, ascending.' CODEC(Delta, ZSTD(1)),
    `positive.count` Array(Float64) COMMENT 'How many observations each has, not those of the buckets below.' CODEC(Delta, ZSTD(1)),
    `negative.index` Array(Int32) COMMENT 'The same below the zero bucket, by the index of the absolute value.' CODEC(Delta, ZSTD(1)),
    `negative.count` Array(Float64) CODEC(Delta, ZSTD(1)),
    custom_bounds Array(Float64) COMMENT 'Upper bounds of all buckets but the last, if schema is -53.' CODEC(ZSTD(1)),
    expires Date DEFAULT toDate(timestamp) + 31 COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (expires, toStartOfInterval(timestamp, INTERVAL 4 HOUR))
ORDER BY (key, timestamp)
TTL expires
SETTINGS ttl_only_drop_parts = 1, min_age_to_force_merge_seconds = 21600,
    min_age_to_force_merge_on_partition_only = 1, non_replicated_deduplication_window = 10000
COMMENT 'One row a native histogram.';

CREATE TABLE IF NOT EXISTS starts
(
    key UInt128 COMMENT 'series.key.' CODEC(ZSTD(1)),
    start DateTime64(3, 'UTC') COMMENT 'Since when the series counts.' CODEC(Delta, ZSTD(1)),
    timestamp DateTime64(3, 'UTC') COMMENT 'Of a sample that told so.' CODEC(Delta, ZSTD(1)),
    expires Date DEFAULT toDate(timestamp) + 31 COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(timestamp)
PARTITION BY toMonday(timestamp)
ORDER BY (key, start)
TTL expires
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'When series began to count from zero, where their agents say so: one row a series and start.';

CREATE TABLE IF NOT EXISTS exemplars
(
    key UInt128 COMMENT 'series.key.' CODEC(ZSTD(1)),
    timestamp DateTime64(3, 'UTC') COMMENT 'When it was observed.' CODEC(Delta, ZSTD(1)),
    value Float64 COMMENT 'What was observed.' CODEC(ZSTD(1)),
    trace_id String COMMENT 'Its label trace_id, or traceID; empty if it has none.' CODEC(ZSTD(1)),
    labels Map(LowCardinality(String), String) COMMENT 'What identifies the observation.' CODEC(ZSTD(1)),
    expires Date DEFAULT toDate(timestamp) + 31 COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1)),
    INDEX traces trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (expires, toDate(timestamp))
ORDER BY (key, timestamp)
TTL expires
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000
COMMENT 'Observations that stand for what a series counted. Agents send one again until they have a newer one.';

CREATE TABLE IF NOT EXISTS metadata
(
    tenant LowCardinality(String),
    metric String COMMENT 'A metric''s name, without the suffixes of its series.',
    type Enum8('unknown' = 0, 'counter' = 1, 'gauge' = 2, 'histogram' = 3, 'gauge_histogram' = 4, 'summary' = 5, 'info' = 6, 'state_set' = 7),
    help String COMMENT 'What the metric tells, in words.' CODEC(ZSTD(1)),
    unit LowCardinality(String) COMMENT 'Empty if unknown.',
    seen DateTime64(3, 'UTC') COMMENT 'When an agent said so; the newest wins.',
    expires Date DEFAULT toDate(seen) + 31 COMMENT 'The day on which the row may be dropped.'
)
ENGINE = ReplacingMergeTree(seen)
ORDER BY (tenant, metric)
TTL expires
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What metrics are, as their instrumentation describes them: read with FINAL.';
