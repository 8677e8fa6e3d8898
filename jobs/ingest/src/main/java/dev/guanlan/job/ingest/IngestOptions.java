package dev.guanlan.job.ingest;

import dev.guanlan.connector.clickhouse.ClickHouseSink;
import dev.guanlan.connector.clickhouse.ClickHouseTarget;
import dev.guanlan.connector.clickhouse.RowEncoder;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.store.Migrations;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * Holds what the job was told of ClickHouse and of time.
 *
 * @param kafka where Kafka is, for rows that ClickHouse refuses
 * @param target which database, as whom
 * @param startWait how long the start waits for ClickHouse
 * @param delivery what is promised of rows
 * @param flushInterval how long a row waits for company, at least once
 * @param flushRows how many rows are sent at once
 * @param flushBytes how many bytes are sent at once
 * @param heldBytes how many bytes a process holds for checkpoints, exactly once; 0 for a tenth of
 *     its heap
 * @param inFlight how many inserts a task has under way
 * @param retryFor how long an insert is tried again
 * @param bounds between which times telemetry is kept
 * @param seriesCache how many series a task remembers
 */
record IngestOptions(
    String kafka,
    ClickHouseTarget target,
    Duration startWait,
    DeliveryGuarantee delivery,
    Duration flushInterval,
    int flushRows,
    int flushBytes,
    long heldBytes,
    int inFlight,
    Duration retryFor,
    TimeBounds bounds,
    int seriesCache) {

  static final ConfigOption<String> URL =
      ConfigOptions.key("clickhouse.url")
          .stringType()
          .defaultValue("http://127.0.0.1:8123")
          .withDescription("ClickHouse's HTTP address.");

  static final ConfigOption<String> DATABASE =
      ConfigOptions.key("clickhouse.database")
          .stringType()
          .defaultValue(Migrations.DEFAULT_DATABASE)
          .withDescription("The database that the tables are in; made if it is not there.");

  static final ConfigOption<String> CLUSTER =
      ConfigOptions.key("clickhouse.cluster")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The cluster, of ClickHouse's remote_servers, that the tables are spread over; one"
                  + " server alone if unset.");

  static final ConfigOption<String> USER =
      ConfigOptions.key("clickhouse.user")
          .stringType()
          .defaultValue("default")
          .withDescription("The user who creates tables and writes rows.");

  static final ConfigOption<String> PASSWORD_FILE =
      ConfigOptions.key("clickhouse.password-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File with that user's password, readable by JobManager and TaskManagers; no password"
                  + " if unset.");

  static final ConfigOption<Duration> WAIT =
      ConfigOptions.key("clickhouse.wait")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription("How long the start waits for ClickHouse, 0 or more.");

  static final ConfigOption<Duration> REQUEST_TIMEOUT =
      ConfigOptions.key("clickhouse.request-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription("How long one insert may take before it is tried again, more than 0.");

  static final ConfigOption<DeliveryGuarantee> DELIVERY =
      ConfigOptions.key("clickhouse.delivery")
          .enumType(DeliveryGuarantee.class)
          .defaultValue(DeliveryGuarantee.EXACTLY_ONCE)
          .withDescription(
              "exactly-once: rows become visible with each checkpoint, once. at-least-once: they do"
                  + " within the flush interval, and again after a failure.");

  static final ConfigOption<Duration> FLUSH_INTERVAL =
      ConfigOptions.key("clickhouse.flush-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription(
              "How long a row waits for company before it is sent, more than 0. Matters only at"
                  + " least once: exactly once, rows wait for the checkpoint.");

  static final ConfigOption<Integer> FLUSH_ROWS =
      ConfigOptions.key("clickhouse.flush-rows")
          .intType()
          .defaultValue(1_000_000)
          .withDescription("How many rows of a table are sent at once, 1 to 1048449.");

  static final ConfigOption<MemorySize> FLUSH_BYTES =
      ConfigOptions.key("clickhouse.flush-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(40))
          .withDescription(
              "How many bytes of a table are sent at once, up to 256mb. At least once, a task holds"
                  + " this much for each table and each insert under way.");

  static final ConfigOption<MemorySize> HELD_BYTES =
      ConfigOptions.key("clickhouse.held-bytes")
          .memoryType()
          .noDefaultValue()
          .withDescription(
              "How many bytes all sinks and subtasks hold in one TaskManager, exactly once, until a"
                  + " checkpoint has brought them to ClickHouse; above it they are slowed down. More"
                  + " than 0; a tenth of the heap if not set. Memory for five times as much is"
                  + " needed.");

  static final ConfigOption<Integer> IN_FLIGHT =
      ConfigOptions.key("clickhouse.in-flight")
          .intType()
          .defaultValue(4)
          .withDescription("How many inserts a task has under way at once, 1 or more.");

  static final ConfigOption<Duration> RETRY_FOR =
      ConfigOptions.key("clickhouse.retry-for")
          .durationType()
          .defaultValue(Duration.ofSeconds(60))
          .withDescription(
              "How long an insert is tried again while ClickHouse is away or busy, before the job"
                  + " goes back to its last checkpoint. Less than the checkpoint timeout.");

  static final ConfigOption<Duration> MAX_AGE =
      ConfigOptions.key("ingest.max-age")
          .durationType()
          .defaultValue(Duration.ofDays(29))
          .withDescription(
              "Telemetry older than this, or than its retention, is counted and left out. At most 90"
                  + " days, because the days of an insert are partitions.");

  static final ConfigOption<Duration> MAX_AHEAD =
      ConfigOptions.key("ingest.max-ahead")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "Telemetry farther in the future than this is counted and left out. At most 7 days.");

  static final ConfigOption<Integer> SERIES_CACHE =
      ConfigOptions.key("ingest.series-cache")
          .intType()
          .defaultValue(1_000_000)
          .withDescription(
              "How many series a task remembers to have written, about 60 bytes each that it has"
                  + " seen. When there are more, it forgets all and writes them again, which does no"
                  + " harm. 1 or more.");

  static final ConfigOption<Integer> RETENTION_DAYS =
      ConfigOptions.key("ingest.retention-days")
          .intType()
          .defaultValue(30)
          .withDescription(
              "How many days rows are kept, 1 to 36500. Holds for rows written from now on.");

  static final ConfigOption<Map<String, String>> RETENTION_DAYS_OF =
      ConfigOptions.key("ingest.retention-days-of")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Days that differ, as tenant:days, tenant/table:days or */table:days, separated by"
                  + " commas. Tables are samples, exemplars, metadata, logs, spans and flows; the"
                  + " narrower entry wins, and a tenant's own before one for all.");

  /** Returns every option that this job has besides those that all jobs share. */
  static ConfigOption<?>[] all() {
    return new ConfigOption<?>[] {
      URL,
      DATABASE,
      CLUSTER,
      USER,
      PASSWORD_FILE,
      WAIT,
      REQUEST_TIMEOUT,
      DELIVERY,
      FLUSH_INTERVAL,
      FLUSH_ROWS,
      FLUSH_BYTES,
      HELD_BYTES,
      IN_FLIGHT,
      RETRY_FOR,
      MAX_AGE,
      MAX_AHEAD,
      SERIES_CACHE,
      RETENTION_DAYS,
      RETENTION_DAYS_OF
    };
  }

  static IngestOptions of(JobOptions options) {
    return new IngestOptions(
        options.bootstrapServers(),
        new ClickHouseTarget(
            options.get(URL),
            options.get(DATABASE),
            options.get(USER),
            options.find(PASSWORD_FILE).orElse(null),
            atLeast(Duration.ofMillis(1), options, REQUEST_TIMEOUT)),
        atLeast(Duration.ZERO, options, WAIT),
        delivery(options),
        atLeast(Duration.ofMillis(1), options, FLUSH_INTERVAL),
        rows(options),
        bytes(options, FLUSH_BYTES),
        heldBytes(options),
        positive(options, IN_FLIGHT),
        atLeast(Duration.ZERO, options, RETRY_FOR),
        new TimeBounds(
            Clock.systemUTC(),
            atMost(Duration.ofDays(90), options, MAX_AGE),
            atMost(Duration.ofDays(7), options, MAX_AHEAD),
            new Retention(options.get(RETENTION_DAYS), options.get(RETENTION_DAYS_OF))),
        positive(options, SERIES_CACHE));
  }

  /** Makes the sink that writes what {@code encoder} makes of the elements. */
  <T> ClickHouseSink<T> sink(RowEncoder<T> encoder) {
    return ClickHouseSink.<T>builder(target, encoder)
        .deliveryGuarantee(delivery)
        .interval(flushInterval)
        .batchRows(flushRows)
        .batchBytes(flushBytes)
        .heldBytes(heldBytes)
        .inFlight(inFlight)
        .retryFor(retryFor)
        .refusedRows(new DeadRows(kafka, bounds.clock()))
        .build();
  }

  private static DeliveryGuarantee delivery(JobOptions options) {
    DeliveryGuarantee value = options.get(DELIVERY);
    require(value != DeliveryGuarantee.NONE, DELIVERY, value, "exactly-once or at-least-once");
    return value;
  }

  private static long heldBytes(JobOptions options) {
    Optional<MemorySize> size = options.find(HELD_BYTES);
    if (size.isEmpty()) {
      return 0;
    }
    long value = size.get().getBytes();
    require(value > 0, HELD_BYTES, value, "more than 0");
    return value;
  }

  private static Duration atLeast(
      Duration least, JobOptions options, ConfigOption<Duration> option) {
    Duration value = options.get(option);
    require(value.compareTo(least) >= 0, option, value, "at least " + least);
    return value;
  }

  private static Duration atMost(Duration most, JobOptions options, ConfigOption<Duration> option) {
    Duration value = atLeast(Duration.ZERO, options, option);
    require(value.compareTo(most) <= 0, option, value, "at most " + most);
    return value;
  }

  private static int positive(JobOptions options, ConfigOption<Integer> option) {
    int value = options.get(option);
    require(value > 0, option, value, "1 or more");
    return value;
  }

  private static int rows(JobOptions options) {
    int value = positive(options, FLUSH_ROWS);
    require(value <= 1_048_449, FLUSH_ROWS, value, "1 to 1048449");
    return value;
  }

  private static int bytes(JobOptions options, ConfigOption<MemorySize> option) {
    long value = options.get(option).getBytes();
    require(value > 0 && value <= 256 << 20, option, value, "more than 0, up to 256mb");
    return (int) value;
  }

  private static void require(boolean holds, ConfigOption<?> option, Object value, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %s; it has to be %s".formatted(option.key(), value, wanted));
    }
  }
}
