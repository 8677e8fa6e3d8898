-- The columns are the fields of schemas/…/Anomaly.avsc and AlertTransition.avsc.
CREATE TABLE IF NOT EXISTS anomalies
(
    tenant LowCardinality(String),
    detector LowCardinality(String) COMMENT 'Who thinks so.',
    series_id UInt128 COMMENT 'series.id.' CODEC(ZSTD(1)),
    labels Map(LowCardinality(String), String) COMMENT 'The series'' labels, the metric''s name under __name__.' CODEC(ZSTD(1)),
    timestamp DateTime64(3, 'UTC') COMMENT 'When the value was measured.' CODEC(Delta, ZSTD(1)),
    value Float64 COMMENT 'What was measured.' CODEC(ZSTD(1)),
    expected Nullable(Float64) COMMENT 'What the detector expected; null if it makes no forecast.' CODEC(ZSTD(1)),
    lower Nullable(Float64) COMMENT 'Lower bound of the usual; null if there is none.' CODEC(ZSTD(1)),
    upper Nullable(Float64) COMMENT 'Upper bound of the usual; null if there is none.' CODEC(ZSTD(1)),
    score Float64 COMMENT 'How unusual it is, 0 (usual) to 1.' CODEC(ZSTD(1)),
    anomalous Bool COMMENT 'Whether the detector calls it an anomaly.' CODEC(ZSTD(1)),
    attributes Map(LowCardinality(String), String) COMMENT 'What else the detector says.' CODEC(ZSTD(1)),
    expires Date DEFAULT toDate(timestamp) + 31 COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1)),
    INDEX times timestamp TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (expires, toDate(timestamp))
ORDER BY (tenant, detector, toStartOfHour(timestamp), series_id, timestamp)
TTL expires
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000
COMMENT 'One row a judgement of a detector on a value of a series.';

CREATE TABLE IF NOT EXISTS alert_history
(
    tenant LowCardinality(String),
    namespace LowCardinality(String) COMMENT 'Namespace of the rule group that decided.',
    `group` LowCardinality(String) COMMENT 'Name of the rule group.',
    alert LowCardinality(String) COMMENT 'Name of the alert.',
    fingerprint UInt128 COMMENT 'Identity of the alert, made of tenant and labels.' CODEC(ZSTD(1)),
    labels Map(LowCardinality(String), String) COMMENT 'The alert''s labels.' CODEC(ZSTD(1)),
    annotations Map(LowCardinality(String), String) COMMENT 'The alert''s annotations, templates expanded.' CODEC(ZSTD(1)),
    `from` Enum8('inactive' = 0, 'pending' = 1, 'firing' = 2, 'resolved' = 3) COMMENT 'State before.',
    `to` Enum8('inactive' = 0, 'pending' = 1, 'firing' = 2, 'resolved' = 3) COMMENT 'State after.',
    value Float64 COMMENT 'Value of the rule''s expression at the tick; the last one known if it had none then.' CODEC(ZSTD(1)),
    timestamp DateTime64(3, 'UTC') COMMENT 'The tick that decided.' CODEC(Delta, ZSTD(1)),
    active_at DateTime64(3, 'UTC') COMMENT 'When the expression became true; 1970-01-01 if it is not.' CODEC(Delta, ZSTD(1)),
    fired_at DateTime64(3, 'UTC') COMMENT 'When the alert began to fire; 1970-01-01 if it has not.' CODEC(Delta, ZSTD(1)),
    resolved_at DateTime64(3, 'UTC') COMMENT 'When the alert was resolved; 1970-01-01 if it is not.' CODEC(Delta, ZSTD(1)),
    last_sample DateTime64(3, 'UTC') COMMENT 'Time of the newest sample that the decision saw; 1970-01-01 if there was none.' CODEC(Delta, ZSTD(1)),
    hex_fingerprint String ALIAS lower(leftPad(hex(fingerprint), 32, '0')),
    expires Date DEFAULT toDate(timestamp) + 91 COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1)),
    INDEX times timestamp TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (expires, toMonday(timestamp))
ORDER BY (tenant, namespace, `group`, alert, fingerprint, timestamp)
TTL expires
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000
COMMENT 'One row a step of an alert from state to state.';
