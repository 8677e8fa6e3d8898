package dev.guanlan.job.ingest;

/**
 * Names what savepoints and dashboards know the job by. None of these ever changes; a test holds
 * them.
 */
final class IngestNames {

  static final String JOB = "ingest";

  static final String READ_METRICS = "read-metrics";
  static final String READ_LOGS = "read-logs";
  static final String READ_SPANS = "read-spans";
  static final String READ_FLOWS = "read-flows";

  static final String STORE_SAMPLES = "store-samples";
  static final String STORE_TOTALS = "store-totals";
  static final String STORE_LOGS = "store-logs";
  static final String STORE_SPANS = "store-spans";
  static final String STORE_FLOWS = "store-flows";

  /** Counts samples, entries or spans left out because their time cannot be. */
  static final String OUT_OF_TIME = "outOfTime";

  /** Counts rows written to the table of series. */
  static final String SERIES_ROWS = "seriesRows";

  /** Counts the series that a task remembers. */
  static final String SERIES_KNOWN = "seriesKnown";

  private IngestNames() {}
}
