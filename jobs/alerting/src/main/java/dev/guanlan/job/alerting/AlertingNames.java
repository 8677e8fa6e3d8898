package dev.guanlan.job.alerting;

/** Names what savepoints, dashboards and Kafka know the job's parts by. None ever changes. */
public final class AlertingNames {

  /** The job, its consumer group and its transactions. */
  public static final String JOB = "alerting";

  /** Uid of the source of metrics. */
  public static final String READ_METRICS = "read-metrics";

  /** Uid of the source of what rules have recorded. */
  public static final String READ_RECORDED = "read-recorded-metrics";

  /** Uid of the source of rules and plans. */
  public static final String READ_RULES = "read-rules";

  /**
   * Uid of the step that takes rules alone. A source of plans had it once: savepoints with its
   * state, which is of no use any more, find somebody still.
   */
  public static final String RULES = "read-plans";

  /** Uid of the evaluation of leaves in shards. */
  public static final String EVALUATE_LEAVES = "evaluate-leaves";

  /** Uid of the sink of plans. */
  public static final String WRITE_PLANS = "write-plans";

  /** Uid of the reading of groups' histories. */
  public static final String READ_HISTORY = "read-history";

  /** Uid of the selection of samples. */
  public static final String SELECT_SAMPLES = "select-samples";

  /** Uid of the evaluation of rules. */
  public static final String EVALUATE_RULES = "evaluate-rules";

  /** Uid of the sink of alert transitions. */
  public static final String WRITE_ALERTS = "write-alerts";

  /** Uid of the sink of recorded samples. */
  public static final String WRITE_RECORDED = "write-recorded-metrics";

  /** Uid of the sink to Alertmanager. */
  public static final String NOTIFY = "notify-alertmanager";

  /** Uid of the sink of what rule groups came to. */
  public static final String WRITE_RULE_STATUS = "write-rule-status";

  /** Flink's name for what its asynchronous operator has under way, which histories once were. */
  static final String CHANGES_UNDER_WAY_STATE = "_async_wait_operator_state_";

  static final String FILLED_WINDOWS_STATE = "filled-windows";
  static final String GROUP_STATE = "group";
  static final String PROGRESS_STATE = "progress";
  static final String MEMORIES_STATE = "memories";
  static final String SERIES_STATE = "series";
  static final String SEGMENTS_STATE = "segments";

  /** What the releases before segments kept; it is read and not written. */
  static final String WINDOWS_STATE = "windows";

  static final String STATUS_PARTS_STATE = "status-parts";

  static final String REFUSED_STATE = "refused";
  static final String MISSING_HISTORY_STATE = "missing-history";

  static final String FOR_STATES_STATE = "for-states";

  /** The newest time of what windows lack that were given up. */
  static final String GIVEN_UP_STATE = "given-up";

  /** The series of the times that selectors are fixed to, and what lacks some. */
  static final String FIXED_STATE = "fixed";

  static final String FIXED_LACKS_STATE = "fixed-lacks";

  /** Whether the group looks at what rules record. */
  static final String LOOKS_AT_RECORDED_STATE = "looks-at-recorded";

  /** Up to where event time had come when the group last paused. */
  static final String LAGGED_UP_TO_STATE = "lagged-up-to";

  /** Up to when there will be no tick of the group. */
  static final String REACHED_STATE = "reached";

  static final String NEWEST_SAMPLE_STATE = "newest-sample";
  static final String PACED_TIME_STATE = "paced-time";

  /** How far event time had come for the selection. */
  static final String EVENT_TIME_STATE = "event-time";

  static final String LAST_VERSIONS_STATE = "last-versions";
  static final String PLAN_STATE = "plan";
  static final String SHARDED_STATE = "sharded";
  static final String NEXT_GROUP_STATE = "next-group";
  static final String MARKS_STATE = "marks";
  static final String LEAF_RESULTS_STATE = "leaf-results";

  static final String HOT_GROUPS = "hotGroups";
  static final String PLANS_UNREADABLE = "plansUnreadable";
  static final String SELECTED = "samplesSelected";
  static final String UNSELECTED = "seriesUnselected";
  static final String LATE = "samplesLate";
  static final String OVERFLOWED = "samplesOverflowed";
  static final String UNKNOWN = "samplesUnknown";
  static final String TICKS = "ticks";
  static final String TICKS_SKIPPED = "ticksSkipped";
  static final String RULES_FAILED = "rulesFailed";
  static final String RULES_LIMITED = "rulesLimited";
  static final String GROUPS_REFUSED = "groupsRefused";
  static final String RULES_UNREADABLE = "rulesUnreadable";
  static final String WINDOWS_GIVEN_UP = "windowsGivenUp";
  static final String BOOTSTRAPS = "bootstraps";
  static final String BOOTSTRAP_FAILURES = "bootstrapFailures";
  static final String SHARD_BOOTSTRAPS = "shardBootstraps";
  static final String SHARD_BOOTSTRAP_FAILURES = "shardBootstrapFailures";

  private AlertingNames() {}
}
