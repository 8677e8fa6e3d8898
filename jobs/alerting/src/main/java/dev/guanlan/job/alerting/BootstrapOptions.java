package dev.guanlan.job.alerting;

import dev.guanlan.connector.clickhouse.ClickHouseTarget;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.rules.ForStates;
import dev.guanlan.store.Migrations;
import dev.guanlan.store.SampleReader;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.jspecify.annotations.Nullable;

/**
 * Holds how the history of new and changed rule groups is read.
 *
 * @param target the database that it is read from; null if it is not
 * @param timeout how long a group waits for more of its history
 * @param delayMillis how long after its publication the history of a group is read
 * @param maxSeries how many series a group's history may have
 * @param maxSamples how many samples it may have
 * @param lookbackMillis how far back an instant selector looks
 * @param forStates how it is restored since when alerts are active
 * @param topicTimeout how long reading the topic of rules may take
 */
record BootstrapOptions(
    @Nullable ClickHouseTarget target,
    Duration timeout,
    long delayMillis,
    int maxSeries,
    long maxSamples,
    long lookbackMillis,
    ForStates forStates,
    Duration topicTimeout)
    implements Serializable {

  static final ConfigOption<String> URL =
      ConfigOptions.key("clickhouse.url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "ClickHouse's HTTP address, to fill the windows of new and changed rule groups from;"
                  + " they begin empty if unset.");
  static final ConfigOption<String> DATABASE =
      ConfigOptions.key("clickhouse.database")
          .stringType()
          .defaultValue(Migrations.DEFAULT_DATABASE)
          .withDescription("The database that the ingest job stores samples in.");
  static final ConfigOption<String> USER =
      ConfigOptions.key("clickhouse.user")
          .stringType()
          .defaultValue("default")
          .withDescription("The user who reads.");
  static final ConfigOption<String> PASSWORD_FILE =
      ConfigOptions.key("clickhouse.password-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File with that user's password, readable by every TaskManager; no password if"
                  + " unset.");
  static final ConfigOption<Duration> TIMEOUT =
      ConfigOptions.key("rules.bootstrap-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long a new or changed group waits for more of its history, and ten times as"
                  + " long for all of it, after which it begins without. More than 0, at most 5"
                  + " min.");
  static final ConfigOption<Duration> DELAY =
      ConfigOptions.key("rules.bootstrap-delay")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How long after its publication the history of a group is read, and after its marks"
                  + " that of a shard, so that what came before is stored by then: longer than"
                  + " between two checkpoints of the ingest job. 0 or more, less than the"
                  + " timeout.");
  static final ConfigOption<Integer> MAX_SAMPLES =
      ConfigOptions.key("rules.bootstrap-max-samples")
          .intType()
          .defaultValue(100_000_000)
          .withDescription(
              "How many samples the history of a group may have in all; with more it begins"
                  + " without. They are read in pieces: this bounds how long a group waits, not"
                  + " memory. 1 to 1000000000.");
  static final ConfigOption<Duration> OUTAGE_TOLERANCE =
      ConfigOptions.key("rules.for-outage-tolerance")
          .durationType()
          .defaultValue(Duration.ofMillis(ForStates.DEFAULTS.outageToleranceMillis()))
          .withDescription(
              "How long ago an alert may have been recorded last for a new group to restore since"
                  + " when it is active. 0 or more, at most 30 days.");
  static final ConfigOption<Duration> GRACE_PERIOD =
      ConfigOptions.key("rules.for-grace-period")
          .durationType()
          .defaultValue(Duration.ofMillis(ForStates.DEFAULTS.gracePeriodMillis()))
          .withDescription(
              "How long an alert that is restored pending waits at least until it fires; rules with"
                  + " a shorter for are not restored. 0 or more.");

  static List<ConfigOption<?>> all() {
    return List.of(
        URL,
        DATABASE,
        USER,
        PASSWORD_FILE,
        TIMEOUT,
        DELAY,
        MAX_SAMPLES,
        OUTAGE_TOLERANCE,
        GRACE_PERIOD);
  }

  static BootstrapOptions of(JobOptions options) {
    AlertingSettings settings = AlertingSettings.of(options);
    Duration timeout = options.get(TIMEOUT);
    require(
        timeout.compareTo(Duration.ZERO) > 0 && timeout.compareTo(Duration.ofMinutes(5)) <= 0,
        TIMEOUT,
        timeout,
        "more than 0, at most 5 min");
    Duration delay = options.get(DELAY);
    require(
        !delay.isNegative() && delay.compareTo(timeout) < 0,
        DELAY,
        delay,
        "0 or more, and less than --" + TIMEOUT.key());
    int maxSamples = options.get(MAX_SAMPLES);
    require(
        maxSamples >= 1 && maxSamples <= 1_000_000_000, MAX_SAMPLES, maxSamples, "1 to 1000000000");
    Duration tolerance = options.get(OUTAGE_TOLERANCE);
    require(
        !tolerance.isNegative() && tolerance.compareTo(Duration.ofDays(30)) <= 0,
        OUTAGE_TOLERANCE,
        tolerance,
        "0 or more, at most 30 days");
    Duration grace = options.get(GRACE_PERIOD);
    require(!grace.isNegative(), GRACE_PERIOD, grace, "0 or more");
    return new BootstrapOptions(
        options
            .find(URL)
            .map(
                url ->
                    new ClickHouseTarget(
                        url,
                        options.get(DATABASE),
                        options.get(USER),
                        options.find(PASSWORD_FILE).orElse(null),
                        timeout))
            .orElse(null),
        timeout,
        delay.toMillis(),
        settings.maxSeries(),
        maxSamples,
        settings.lookbackMillis(),
        new ForStates(tolerance.toMillis(), grace.toMillis()),
        options.get(JobOptions.KAFKA_READ_TIMEOUT));
  }

  /**
   * Returns when a version takes over from the one before it. Without a database nothing is waited
   * for; but who evaluates it hears of it on another way than who selects samples, which matters
   * when the job goes on after a pause.
   */
  TakeOver takeOver() {
    return target == null
        ? new TakeOver(0, topicTimeout.toMillis())
        : new TakeOver(
            delayMillis, delayMillis + HistoryAttempt.MOST_TIMEOUTS * timeout.toMillis());
  }

  /** Returns what opens the database; null if there is none. */
  ReadHistory.@Nullable Source source() {
    ClickHouseTarget database = target;
    int series = maxSeries;
    return database == null
        ? null
        : samples -> new SampleReader(database.connect(), series, samples)::read;
  }

  private static void require(boolean holds, ConfigOption<?> option, Object value, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %s; it has to be %s".formatted(option.key(), value, wanted));
    }
  }
}
