package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.DecomposedGroup;
import dev.guanlan.rules.EvaluationSettings;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * Holds what the operators are configured with.
 *
 * @param resendDelayMillis how long after sending an alert it is sent again
 * @param defaultIntervalMillis interval of groups that name none
 * @param lookbackMillis how far back an instant selector looks
 * @param maxSamples how many samples a rule may hold at once
 * @param queryTimeoutMillis how long a rule's expression may take at a tick, and its templates
 * @param maxAlerts how many alerts a rule may have
 * @param maxSeries how many series a group may select
 * @param windowMemoryFraction what part of the heap the windows of all groups may take
 * @param hotGroupSeries with how many series that its rules look at a group is in shards
 * @param hotGroupShards in how many
 * @param cachedSeries how many series the selection remembers at least
 * @param maxCatchUpMillis how far behind event time a group evaluates every tick
 * @param aligned whether groups tick at the multiples of their interval
 * @param limitKeepsFirst whether a rule beyond its group's limit keeps its first results
 * @param statusIntervalMillis how often a group's status is told that does not change
 * @param statusAlerts how many alerts of a rule its status tells
 * @param pacesCatchUp whether groups that look at what rules record make up for missed ticks at the
 *     {@linkplain PacedTime pace} at which that comes
 * @param externalLabels labels of the installation
 * @param externalUrl where users reach the installation; may be empty
 * @param tenantLabel the label that tells tenants' notifications apart; empty for none
 */
record AlertingSettings(
    long resendDelayMillis,
    long defaultIntervalMillis,
    long lookbackMillis,
    long maxSamples,
    long queryTimeoutMillis,
    int maxAlerts,
    int maxSeries,
    double windowMemoryFraction,
    int hotGroupSeries,
    int hotGroupShards,
    int cachedSeries,
    long maxCatchUpMillis,
    boolean aligned,
    boolean limitKeepsFirst,
    long statusIntervalMillis,
    int statusAlerts,
    boolean pacesCatchUp,
    TreeMap<String, String> externalLabels,
    String externalUrl,
    String tenantLabel)
    implements Serializable {

  static final ConfigOption<Duration> RESEND_DELAY =
      ConfigOptions.key("alertmanager.resend-delay")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long after sending an alert it is sent again. A firing alert is valid for four"
                  + " times this, or four intervals, whichever is longer. More than 0.");
  static final ConfigOption<String> TENANT_LABEL =
      ConfigOptions.key("alertmanager.tenant-label")
          .stringType()
          .defaultValue("tenant")
          .withDescription(
              "The label that notifications of every tenant but anonymous get, with the tenant's"
                  + " name, so that Alertmanager does not take equal alerts of two tenants for one."
                  + " Empty for none.");
  static final ConfigOption<Map<String, String>> EXTERNAL_LABELS =
      ConfigOptions.key("rules.external-labels")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Labels of this installation, as name:value,name:value; added to notifications that"
                  + " lack them.");
  static final ConfigOption<String> EXTERNAL_URL =
      ConfigOptions.key("rules.external-url")
          .stringType()
          .defaultValue("")
          .withDescription(
              "Where users reach this installation; notifications link to its graphs. Empty for no"
                  + " link.");
  static final ConfigOption<Duration> DEFAULT_INTERVAL =
      ConfigOptions.key("rules.default-interval")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription("Interval of rule groups that name none. At least 10 ms.");
  static final ConfigOption<Duration> LOOKBACK =
      ConfigOptions.key("rules.lookback")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription("How far back an instant selector looks for a sample. More than 0.");
  static final ConfigOption<Long> MAX_SAMPLES =
      ConfigOptions.key("rules.max-samples")
          .longType()
          .defaultValue(50_000_000L)
          .withDescription("How many samples a rule may hold in memory at once, from 1.");
  static final ConfigOption<Duration> QUERY_TIMEOUT =
      ConfigOptions.key("rules.query-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "How long a rule's expression may take at a tick, and the templates of all its alerts;"
                  + " groups of the same task wait meanwhile. More than 0.");
  static final ConfigOption<Integer> MAX_ALERTS =
      ConfigOptions.key("rules.max-alerts")
          .intType()
          .defaultValue(50_000)
          .withDescription(
              "How many alerts a rule may have that are pending or fire, whatever its group's limit"
                  + " is; with more it fails. From 1.");
  static final ConfigOption<Integer> MAX_SERIES =
      ConfigOptions.key("rules.max-series-per-group")
          .intType()
          .defaultValue(200_000)
          .withDescription(
              "How many series a group may select; samples of more are dropped and counted. From"
                  + " 1.");
  static final ConfigOption<Double> WINDOW_MEMORY_FRACTION =
      ConfigOptions.key("rules.window-memory-fraction")
          .doubleType()
          .defaultValue(0.6)
          .withDescription(
              "What part of a TaskManager's heap the samples that rules look at may take, by"
                  + " estimate, more than 0, and 1 at most. Beyond it those that take most are given up, and"
                  + " the rules that look at them fail, until it is tried again.");
  static final ConfigOption<Integer> HOT_GROUP_SERIES =
      ConfigOptions.key("rules.hot-group-series")
          .intType()
          .defaultValue(50_000)
          .withDescription(
              "With how many series that its rules look at a group is evaluated in shards, over"
                  + " several tasks, if they can be. From 1.");
  static final ConfigOption<Integer> HOT_GROUP_SHARDS =
      ConfigOptions.key("rules.hot-group-shards")
          .intType()
          .defaultValue(16)
          .withDescription("In how many shards such a group is evaluated, from 1 to 1024.");
  static final ConfigOption<Integer> CACHED_SERIES =
      ConfigOptions.key("rules.cached-series")
          .intType()
          .defaultValue(500_000)
          .withDescription(
              "How many series a task remembers the rule groups of at least, and twice as many at"
                  + " most, from 1. One that is not remembered is matched again.");
  static final ConfigOption<Duration> MAX_CATCH_UP =
      ConfigOptions.key("rules.max-catch-up")
          .durationType()
          .defaultValue(Duration.ofDays(7))
          .withDescription(
              "After a pause, how far back every missed tick is evaluated; ticks before that are"
                  + " skipped and counted. More than 0.");
  static final ConfigOption<Duration> STATUS_INTERVAL =
      ConfigOptions.key("rules.status-interval")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long a rule group's status may stay as it was told while no alert moves and no"
                  + " rule begins or ceases to fail. More than 0.");
  static final ConfigOption<Integer> STATUS_ALERTS =
      ConfigOptions.key("rules.status-alerts")
          .intType()
          .defaultValue(1_000)
          .withDescription(
              "How many alerts of a rule its status tells, from 1; more are counted only.");

  static final ConfigOption<Boolean> ALIGNED =
      ConfigOptions.key("rules.aligned")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether all groups tick at the multiples of their interval since the epoch, instead"
                  + " of spread over it.");
  static final ConfigOption<Boolean> LIMIT_KEEPS_FIRST =
      ConfigOptions.key("rules.limit-keeps-first")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether a rule with more alerts or series than its group's limit keeps the first of"
                  + " them, in the order of labels, instead of none.");

  /** How many characters the texts of a rule's alerts may have; a byte or two of the heap each. */
  static final long MAX_ALERT_CHARACTERS = 32L << 20;

  private static final long SHORTEST_INTERVAL = 10;

  /** What every Alertmanager takes for a label's name; older ones take no more. */
  private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  private static final int MOST_SHARDS = 1024;

  static AlertingSettings of(JobOptions options) {
    String url = options.get(EXTERNAL_URL);
    return new AlertingSettings(
        atLeast(options, RESEND_DELAY, 1),
        atLeast(options, DEFAULT_INTERVAL, SHORTEST_INTERVAL),
        atLeast(options, LOOKBACK, 1),
        atLeastOne(MAX_SAMPLES, options.get(MAX_SAMPLES)),
        atLeast(options, QUERY_TIMEOUT, 1),
        (int) atLeastOne(MAX_ALERTS, options.get(MAX_ALERTS)),
        (int) atLeastOne(MAX_SERIES, options.get(MAX_SERIES)),
        fraction(WINDOW_MEMORY_FRACTION, options.get(WINDOW_MEMORY_FRACTION)),
        (int) atLeastOne(HOT_GROUP_SERIES, options.get(HOT_GROUP_SERIES)),
        atMost(MOST_SHARDS, HOT_GROUP_SHARDS, options.get(HOT_GROUP_SHARDS)),
        (int) atLeastOne(CACHED_SERIES, options.get(CACHED_SERIES)),
        atLeast(options, MAX_CATCH_UP, 1),
        options.get(ALIGNED),
        options.get(LIMIT_KEEPS_FIRST),
        atLeast(options, STATUS_INTERVAL, 1),
        (int) atLeastOne(STATUS_ALERTS, options.get(STATUS_ALERTS)),
        true,
        new TreeMap<>(options.get(EXTERNAL_LABELS)),
        url.endsWith("/") ? url.substring(0, url.length() - 1) : url,
        tenantLabel(options.get(TENANT_LABEL)));
  }

  /** Returns every option that the job has besides those that all jobs share. */
  static ConfigOption<?>[] options() {
    List<ConfigOption<?>> all = new ArrayList<>(AlertmanagerOptions.all());
    all.addAll(BootstrapOptions.all());
    all.addAll(
        List.of(
            RESEND_DELAY,
            TENANT_LABEL,
            EXTERNAL_LABELS,
            EXTERNAL_URL,
            DEFAULT_INTERVAL,
            LOOKBACK,
            MAX_SAMPLES,
            QUERY_TIMEOUT,
            MAX_ALERTS,
            MAX_SERIES,
            WINDOW_MEMORY_FRACTION,
            HOT_GROUP_SERIES,
            HOT_GROUP_SHARDS,
            CACHED_SERIES,
            MAX_CATCH_UP,
            ALIGNED,
            LIMIT_KEEPS_FIRST,
            STATUS_INTERVAL,
            STATUS_ALERTS));
    return all.toArray(ConfigOption<?>[]::new);
  }

  /** Returns the same settings, with every group evaluated in one task, and no tick waiting. */
  AlertingSettings forBacktest() {
    return withoutPace(Integer.MAX_VALUE);
  }

  /**
   * Returns the same settings for a past that is all there: no tick waits for the wall clock.
   *
   * @param hotGroupSeriesThen with how many series a group goes over to shards
   */
  AlertingSettings withoutPace(int hotGroupSeriesThen) {
    return new AlertingSettings(
        resendDelayMillis,
        defaultIntervalMillis,
        lookbackMillis,
        maxSamples,
        queryTimeoutMillis,
        maxAlerts,
        maxSeries,
        windowMemoryFraction,
        hotGroupSeriesThen,
        hotGroupShards,
        cachedSeries,
        maxCatchUpMillis,
        aligned,
        limitKeepsFirst,
        statusIntervalMillis,
        statusAlerts,
        false,
        externalLabels,
        externalUrl,
        tenantLabel);
  }

  /** Returns how the groups of a tenant are evaluated. */
  EvaluationSettings evaluation(String tenant) {
    return new EvaluationSettings(
        resendDelayMillis,
        limitKeepsFirst,
        maxAlerts,
        MAX_ALERT_CHARACTERS,
        queryTimeoutMillis,
        externalLabels,
        tenantLabels(tenant),
        externalUrl);
  }

  /** Returns what names a tenant; nothing where there are no tenants, so that nothing changes. */
  private Labels tenantLabels(String tenant) {
    return tenantLabel.isEmpty() || tenant.equals(RawRecord.ANONYMOUS)
        ? Labels.EMPTY
        : Labels.of(tenantLabel, tenant);
  }

  /**
   * Compiles a group.
   *
   * @throws RuleException if it cannot be evaluated
   */
  CompiledGroup compiled(dev.guanlan.schema.RuleGroup group) throws RuleException {
    return CompiledGroup.of(RuleGroupRecords.fromRecord(group), lookbackMillis);
  }

  /**
   * Parts a group; returns nothing if it must be evaluated as a whole.
   *
   * @throws RuleException if it cannot be evaluated
   */
  Optional<DecomposedGroup> decomposed(dev.guanlan.schema.RuleGroup group) throws RuleException {
    return DecomposedGroup.of(compiled(group), lookbackMillis);
  }

  /** Returns a group's interval in milliseconds. */
  long intervalMillis(dev.guanlan.schema.RuleGroup group) {
    return group.getIntervalMillis() > 0
        ? Math.max(SHORTEST_INTERVAL, group.getIntervalMillis())
        : defaultIntervalMillis;
  }

  /** Returns the first tick of a group after a time in milliseconds since the epoch. */
  long firstTickAfter(long millis, dev.guanlan.schema.RuleGroup group) {
    long interval = intervalMillis(group);
    long offset =
        aligned ? 0 : RuleGroup.offsetMillis(group.getNamespace(), group.getName(), interval);
    return RuleGroup.firstTickAfter(millis, interval, offset);
  }

  private static long atLeast(JobOptions options, ConfigOption<Duration> option, long leastMillis) {
    long millis = options.get(option).toMillis();
    if (millis < leastMillis) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %s; give at least %d ms"
              .formatted(option.key(), options.get(option), leastMillis));
    }
    return millis;
  }

  private static String tenantLabel(String name) {
    if (!name.isEmpty() && (!LABEL_NAME.matcher(name).matches() || name.equals("alertname"))) {
      throw new IllegalArgumentException(
          "the option --%s cannot be \"%s\"; give a label's name of letters, digits and _, other"
                  .formatted(TENANT_LABEL.key(), name)
              + " than alertname");
    }
    return name;
  }

  private static int atMost(int most, ConfigOption<?> option, int value) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %d; give 1 to %d".formatted(option.key(), value, most));
    }
    return value;
  }

  private static double fraction(ConfigOption<?> option, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %s; give more than 0, and 1 at most"
              .formatted(option.key(), value));
    }
    return value;
  }

  private static long atLeastOne(ConfigOption<?> option, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %d; give at least 1".formatted(option.key(), value));
    }
    return value;
  }
}
