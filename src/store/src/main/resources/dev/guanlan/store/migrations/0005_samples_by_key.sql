-- docs/decisions/0009-samples-by-key-in-decimals.md says why the key, the codecs and the partitions are what they are.
CREATE TABLE IF NOT EXISTS samples_next
(
    key UInt128 COMMENT 'series.key: 64 bits that the series of a metric share, and 64 bits of the series.' CODEC(ZSTD(1)),
    timestamp DateTime64(3, 'UTC') COMMENT 'When it was measured.' CODEC(Delta, ZSTD(1)),
    digits Int64 COMMENT 'The value without its decimal point; the bits of the Float64 where scale is -1.' CODEC(Delta, T64('bit'), ZSTD(1)),
    scale Int8 COMMENT 'How many of the digits stand behind the decimal point, 0 to 9; -1 if the value is no such number.' CODEC(ZSTD(1)),
    expires Date DEFAULT toDate(timestamp) + 31 COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1)),
    value Float64 ALIAS if(scale < 0, reinterpret(digits, 'Float64'), digits / intExp10(greatest(scale, 0))),
    metric_id UInt64 ALIAS toUInt64(bitShiftRight(key, 64))
)
ENGINE = MergeTree
PARTITION BY (expires, toStartOfInterval(timestamp, INTERVAL 4 HOUR))
ORDER BY (key, timestamp)
TTL expires
SETTINGS ttl_only_drop_parts = 1, min_compress_block_size = 262144, max_compress_block_size = 1048576, min_parts_to_merge_at_once = 10,
    min_age_to_force_merge_seconds = 21600, min_age_to_force_merge_on_partition_only = 1,
    non_replicated_deduplication_window = 10000
COMMENT 'One row a sample.';

INSERT INTO samples_next (key, timestamp, digits, scale)
SELECT
    bitOr(bitShiftLeft(toUInt128(metric_id), 64), bitShiftRight(id, 64)) AS key,
    timestamp,
    if(whole, toInt64(value), reinterpretAsInt64(value)),
    if(whole, 0, -1)
FROM
(
    -- Negative zero has no digits that tell it from zero.
    SELECT *, value = round(value) AND abs(value) < 9007199254740992 AND reinterpretAsInt64(value) != reinterpretAsInt64(-0.) AS whole
    FROM samples FINAL
)
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0;

RENAME TABLE samples_next TO samples;

CREATE OR REPLACE VIEW samples_final AS
SELECT key, toUInt64(bitShiftRight(key, 64)) AS metric_id, timestamp, any(value) AS value FROM samples GROUP BY key, timestamp
SETTINGS optimize_aggregation_in_order = 1
COMMENT 'The samples, each once, even if its agent has sent it twice.';
