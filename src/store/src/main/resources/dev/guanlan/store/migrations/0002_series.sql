CREATE TABLE IF NOT EXISTS series
(
    tenant LowCardinality(String),
    metric LowCardinality(String) COMMENT 'The label __name__; empty if there is none.',
    day Date COMMENT 'A day, in UTC, on which the series had a sample.',
    id UInt128 COMMENT 'The hash of tenant and labels that every module computes alike.',
    metric_id UInt64 COMMENT 'What the series'' rows in samples begin with.',
    labels Map(LowCardinality(String), String) COMMENT 'All labels but __name__.',
    cluster LowCardinality(String),
    namespace LowCardinality(String),
    workload LowCardinality(String),
    node LowCardinality(String),
    service LowCardinality(String),
    owner LowCardinality(String),
    first_seen DateTime64(3, 'UTC') COMMENT 'The sample for which this row was written.',
    version UInt64 COMMENT 'When the row was written, in milliseconds since the epoch; the newest wins.',
    hex_id String ALIAS lower(leftPad(hex(id), 32, '0')),
    INDEX label_values mapValues(labels) TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX ids id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toMonday(day)
ORDER BY (tenant, metric, day, id)
TTL day + INTERVAL 31 DAY
COMMENT 'One row a series and day: what it is called, and its place in the topology.';

CREATE VIEW IF NOT EXISTS series_final AS
SELECT
    tenant,
    metric,
    id,
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
