package dev.guanlan.model;

/** Names the Kafka topics that the platform's parts meet on. */
public final class Topics {

  /** OTLP metrics as agents sent them. */
  public static final String OTLP_METRICS = "otlp_metrics";

  /** OTLP logs as agents sent them. */
  public static final String OTLP_LOGS = "otlp_logs";

  /** OTLP traces as agents sent them. */
  public static final String OTLP_SPANS = "otlp_spans";

  /** Prometheus remote-write requests as agents sent them. */
  public static final String PROMETHEUS_REMOTE_WRITE = "prometheus_remote_write";

  /** Loki pushes as agents sent them. */
  public static final String LOKI_PUSH = "loki_push";

  /** Zipkin spans as agents sent them. */
  public static final String ZIPKIN_SPANS = "zipkin_spans";

  /** This project's own Avro records, for producers that want a typed contract. */
  public static final String TELEMETRY = "telemetry";

  /** What the topics of DeepFlow's exporter begin with. */
  public static final String DEEPFLOW_PREFIX = "deepflow.";

  /** What the topics of DeepFlow's metrics begin with. */
  public static final String DEEPFLOW_METRICS_PREFIX = DEEPFLOW_PREFIX + "flow_metrics.";

  /** What the topics of DeepFlow's flows and requests begin with. */
  public static final String DEEPFLOW_LOG_PREFIX = DEEPFLOW_PREFIX + "flow_log.";

  /** What the topics of CloudQuery's destination begin with. */
  public static final String CLOUDQUERY_PREFIX = "cloudquery.";

  /** Desired rule groups, compacted; the key is {@code tenant/namespace/group}. */
  public static final String RULES = "rules";

  /** What rule groups came to at their last ticks, compacted; see {@link #RULES} for the key. */
  public static final String RULE_STATUS = "rule_status";

  /** Where the samples of big rule groups go, compacted; see {@link #RULES} for the key. */
  public static final String RULE_PLANS = "rule_plans";

  /** Entities and relations as they change, compacted; the key is the entity's or relation's id. */
  public static final String TOPOLOGY = "topology";

  /** Every alert transition; the key is the alert's fingerprint. */
  public static final String ALERTS = "alerts";

  /** What recording rules and alerts record, as remote-write requests. */
  public static final String RECORDED_METRICS = "recorded_metrics";

  /** What could not be processed. */
  public static final String DEAD_LETTERS = "dead_letters";

  /** Which dead letters were replayed, compacted; the key is the letter's origin and content. */
  public static final String DEAD_LETTER_REPLAYS = "dead_letter_replays";

  private Topics() {}
}
