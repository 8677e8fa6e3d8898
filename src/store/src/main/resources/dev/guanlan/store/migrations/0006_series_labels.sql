-- The key is what the rows of samples, histograms and exemplars are found by.
ALTER TABLE series ADD COLUMN IF NOT EXISTS key UInt128
    DEFAULT bitOr(bitShiftLeft(toUInt128(metric_id), 64), bitShiftRight(id, 64))
    COMMENT 'What the series'' rows in samples begin with: metric_id, and the first 64 bits of id.' AFTER id;
ALTER TABLE series ADD COLUMN IF NOT EXISTS expires Date DEFAULT day + 31 COMMENT 'The day on which the row may be dropped.';
ALTER TABLE series MODIFY TTL expires;
ALTER TABLE series MODIFY SETTING non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS series_labels
(
    tenant LowCardinality(String),
    name LowCardinality(String) COMMENT 'A label''s name; __name__ is not among them, see series.metric.',
    value String COMMENT 'The label''s value.' CODEC(ZSTD(1)),
    week Date COMMENT 'The Monday that begins a week in which the series had a sample.' CODEC(ZSTD(1)),
    key UInt128 COMMENT 'series.key.' CODEC(ZSTD(1)),
    expires Date COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(expires)
PARTITION BY week
ORDER BY (tenant, name, value, week, key)
TTL expires
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Which series have a label: one row a series, label and week.';

CREATE MATERIALIZED VIEW IF NOT EXISTS series_labels_feed TO series_labels AS
SELECT tenant, label.1 AS name, label.2 AS value, toMonday(day) AS week, key, expires
FROM series
ARRAY JOIN CAST(labels, 'Array(Tuple(String, String))') AS label;

-- Twice is as good as once: the table collapses what it has already.
INSERT INTO series_labels (tenant, name, value, week, key, expires)
SELECT DISTINCT tenant, label.1, label.2, toMonday(day), key, expires
FROM series
ARRAY JOIN CAST(labels, 'Array(Tuple(String, String))') AS label
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0;

CREATE OR REPLACE VIEW series_final AS
SELECT
    tenant,
    metric,
    id,
    any(key) AS key,
    any(metric_id) AS metric_id,
    argMax(labels, (day, version)) AS labels,
    argMax(cluster, (day, version)) AS cluster,
    argMax(namespace, (day, version)) AS namespace,
    argMax(workload, (day, version)) AS workload,
    argMax(node, (day, version)) AS node,
    argMax(service, (day, version)) AS service,
    argMax(owner, (day, version)) AS owner,
    min(first_seen) AS first_seen,
    max(day) AS last_day
FROM series FINAL
GROUP BY tenant, metric, id
COMMENT 'One row a series, with its newest place.';
