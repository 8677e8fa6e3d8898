package dev.guanlan.job.topology;

/** Names the operators and states of the topology job. Part of savepoints; they never change. */
final class TopologyUids {

  static final String READ_METRICS = "read-metric-resources";
  static final String READ_LOGS = "read-logs";
  static final String READ_SPANS = "read-spans";
  static final String METRIC_ENTITIES = "extract-metric-entities";
  static final String LOG_ENTITIES = "extract-log-entities";
  static final String SPAN_ENTITIES = "extract-span-entities";
  static final String CALL_SIDES = "extract-call-sides";
  static final String PAIR_SPANS = "pair-spans";
  static final String CALL_WINDOWS = "call-windows";
  static final String VERSION_CHANGES = "version-changes";
  static final String NEO4J = "neo4j";
  static final String TOPOLOGY_TOPIC = "topology-topic";

  /** State of {@link #PAIR_SPANS}. */
  static final String OPEN_CALL_STATE = "open-call";

  /** State of {@link #CALL_WINDOWS}. */
  static final String OPEN_WINDOWS_STATE = "open-windows";

  /** State of {@link #VERSION_CHANGES}. */
  static final String TRACKED_CHANGE_STATE = "tracked-change";

  private TopologyUids() {}
}
