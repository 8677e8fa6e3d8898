CREATE TABLE IF NOT EXISTS flows
(
    tenant LowCardinality(String),
    start DateTime64(9, 'UTC') COMMENT 'When the flow, or the interval that it was watched in, began.' CODEC(Delta, ZSTD(1)),
    end DateTime64(9, 'UTC') COMMENT 'When it ended.' CODEC(Delta, ZSTD(1)),
    client_address String COMMENT 'IP address; empty if unknown.' CODEC(ZSTD(1)),
    client_port UInt16 COMMENT '0 if unknown.' CODEC(ZSTD(1)),
    server_address String COMMENT 'IP address; empty if unknown.' CODEC(ZSTD(1)),
    server_port UInt16 COMMENT '0 if unknown.' CODEC(ZSTD(1)),
    network_protocol LowCardinality(String) COMMENT 'tcp, udp, …; empty if unknown.',
    application_protocol LowCardinality(String) COMMENT 'http, mysql, …; empty if unknown.',
    client Map(LowCardinality(String), String) COMMENT 'What the client is, by OpenTelemetry''s names.' CODEC(ZSTD(1)),
    server Map(LowCardinality(String), String) COMMENT 'What the server is, by OpenTelemetry''s names.' CODEC(ZSTD(1)),
    client_service LowCardinality(String) MATERIALIZED client['service.name'],
    server_service LowCardinality(String) MATERIALIZED server['service.name'],
    bytes_sent UInt64 COMMENT 'From client to server.' CODEC(T64, ZSTD(1)),
    bytes_received UInt64 COMMENT 'From server to client.' CODEC(T64, ZSTD(1)),
    packets_sent UInt64 CODEC(T64, ZSTD(1)),
    packets_received UInt64 CODEC(T64, ZSTD(1)),
    requests UInt64 COMMENT 'Application requests.' CODEC(T64, ZSTD(1)),
    errors UInt64 COMMENT 'Failed application requests.' CODEC(T64, ZSTD(1)),
    retransmissions UInt64 COMMENT 'Packets that were sent again, both ways.' CODEC(T64, ZSTD(1)),
    round_trip UInt64 COMMENT 'Of the network, in nanoseconds; 0 if unknown.' CODEC(T64, ZSTD(1)),
    response UInt64 COMMENT 'Of the application, in nanoseconds; 0 if unknown.' CODEC(T64, ZSTD(1)),
    attributes Map(LowCardinality(String), String) COMMENT 'What else was said of it.' CODEC(ZSTD(1)),
    expires Date DEFAULT toDate(end) + 31 COMMENT 'The day on which the row may be dropped.' CODEC(ZSTD(1)),
    INDEX times end TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (expires, toDate(end))
ORDER BY (tenant, toStartOfHour(end), server_address, server_port, client_address, end)
TTL expires
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000
COMMENT 'One row a network flow, or what was seen of it in an interval.';
