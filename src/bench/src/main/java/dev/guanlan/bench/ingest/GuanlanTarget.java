package dev.guanlan.bench.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guanlan.bench.send.Signal;
import dev.guanlan.local.stack.ClickHousePart;
import dev.guanlan.local.stack.FlinkJob;
import dev.guanlan.local.stack.FlinkJobs;
import dev.guanlan.local.stack.FlinkRest;
import dev.guanlan.local.stack.GatewayPart;
import dev.guanlan.local.stack.JobManagerPart;
import dev.guanlan.local.stack.KafkaPart;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.PlatformJobs;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.Startup;
import dev.guanlan.local.stack.TaskManagerPart;
import dev.guanlan.local.stack.TopicLayout;
import dev.guanlan.model.Topics;
import dev.guanlan.store.ClickHouseHttp;
import dev.guanlan.store.Migrations;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Is Guanlan's storing path: either all of it, fed at the gateway, or from a raw topic that was
 * filled before. Parts and job run with the configuration that ships.
 */
final class GuanlanTarget implements Target {

  /** As many as {@code ./guanlan up} lays out. */
  private static final int PARTITIONS = 4;

  private static final double MIB = 1 << 20;

  /** How long the merging of everything may take, after all that is measured. */
  private static final Duration MERGING = Duration.ofMinutes(30);

  private static final String DATABASE = Migrations.DEFAULT_DATABASE;

  /** One corrupt record for so many good ones. */
  private static final int POISON_EVERY = 100;

  /** Says where samples come in. */
  enum Way {
    GATEWAY("whole path"),
    RAW_TOPIC("from the raw topic"),
    POISONED_TOPIC("from the raw topic, 1 % corrupt");

    private final String title;

    Way(String title) {
      this.title = title;
    }
  }

  private final Way way;
  private final boolean whole;
  private final KafkaPart kafka;
  private final ClickHousePart clickhouse;
  private final JobManagerPart jobManager;
  private final TaskManagerPart taskManager;
  private final GatewayPart gateway;
  private final FlinkRest rest;
  private final FlinkJobs jobs;
  private final ClickHouseHttp database;
  private final List<String> remarks = new ArrayList<>();
  private Signal signal = Signal.METRICS;

  /** Makes the target. */
  GuanlanTarget(Site site, Way way) throws IOException {
    this.way = way;
    whole = way == Way.GATEWAY;
    StackPorts ports = StackPorts.free();
    kafka =
        new KafkaPart(
            site, ports.kafka(), ports.kafkaController(), Optional.of(new TopicLayout(PARTITIONS)));
    clickhouse = new ClickHousePart(site, ports.clickhouseHttp(), ports.clickhouseNative());
    jobManager = new JobManagerPart(site, ports.flink(), ports.flinkRpc());
    taskManager = new TaskManagerPart(site, ports.flink(), ports.flinkRpc());
    gateway = new GatewayPart(site, ports.gateway(), ports.gatewayGrpc(), kafka.bootstrapServers());
    List<FlinkJob> ingest =
        PlatformJobs.of(site, ports).stream()
            .filter(job -> job.name().equals(PlatformJobs.INGEST))
            .toList();
    rest = new FlinkRest(jobManager.url());
    jobs = new FlinkJobs(site, rest, ingest);
    // Asked before the job has made the database, so it is named in every statement.
    database = ClickHouseHttp.builder(URI.create(clickhouse.url())).build();
  }

  @Override
  public String name() {
    return "guanlan, " + way.title;
  }

  @Override
  public void start(RequestFile file) throws PartException, IOException {
    signal = file.signal();
    for (Part part : processes()) {
      Startup.untilHealthy(part);
    }
    if (whole) {
      Startup.untilHealthy(jobs);
    } else {
      TopicFeeder.feed(
          file, kafka.bootstrapServers(), way == Way.POISONED_TOPIC ? POISON_EVERY : 0);
    }
  }

  @Override
  public List<Part> processes() {
    return whole
        ? List.of(kafka, gateway, jobManager, taskManager, clickhouse)
        : List.of(kafka, jobManager, taskManager, clickhouse);
  }

  @Override
  public Part store() {
    return clickhouse;
  }

  @Override
  public void feed(RequestFile file) throws PartException, IOException, InterruptedException {
    if (whole) {
      new HttpFeeder(URI.create(gateway.url() + signal.path()), signal).feed(file);
    } else {
      Startup.untilHealthy(jobs);
    }
  }

  @Override
  public long stored() throws IOException, InterruptedException {
    return number(
        "SELECT sum(rows) FROM system.parts WHERE active AND database = '%s' AND table = '%s'"
            .formatted(DATABASE, signal.tables().get(0)));
  }

  @Override
  public boolean working() throws IOException, InterruptedException {
    return number("SELECT count() FROM system.merges") > 0;
  }

  @Override
  public Storage storage() throws IOException, InterruptedException {
    remarks.add(name() + ": " + job());
    remarks.add(name() + ": " + merges());
    remarks.add(
        "%s: %d dead letters"
            .formatted(name(), TopicFeeder.records(kafka.bootstrapServers(), Topics.DEAD_LETTERS)));
    long atRest = bytesOf(signal.tables());
    ClickHouseHttp patient = database.withRequestTimeout(MERGING);
    for (String table : signal.tables()) {
      patient.query("OPTIMIZE TABLE %s.%s FINAL".formatted(DATABASE, table));
    }
    for (String table : signal.tables()) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "%s: table %s has %,d rows, %.1f MiB merged",
              name(),
              table,
              number("SELECT count() FROM %s.%s".formatted(DATABASE, table)),
              bytesOf(List.of(table)) / MIB));
    }
    return new Storage(atRest, bytesOf(signal.tables()));
  }

  /** Tells how the job runs: what is not told on its command line comes from flink-conf. */
  private String job() throws IOException {
    FlinkRest.Job job =
        rest.job(PlatformJobs.INGEST)
            .orElseThrow(() -> new IOException("The ingest job has ended. See its log."));
    int parallelism = 0;
    for (JsonNode vertex : rest.get("/jobs/" + job.id()).path("vertices")) {
      parallelism = Math.max(parallelism, vertex.path("parallelism").asInt());
    }
    FlinkRest.Checkpoints checkpoints = rest.checkpoints(job.id());
    return String.format(
        Locale.ROOT,
        "parallelism %d, %d topic partitions, a checkpoint every %.0f s, of which %d completed and %d failed",
        parallelism,
        PARTITIONS,
        rest.get("/jobs/" + job.id() + "/checkpoints/config").path("interval").asLong() / 1e3,
        checkpoints.completed(),
        checkpoints.failed());
  }

  private String merges() throws IOException, InterruptedException {
    Map<String, Long> events = new TreeMap<>();
    for (List<String> row :
        database.rows(
            "SELECT event, value FROM system.events WHERE event IN ('InsertedRows', 'MergedRows',"
                + " 'MergeExecuteMilliseconds', 'InsertQuery', 'Merge')")) {
      events.put(row.get(0), Long.parseLong(row.get(1)));
    }
    long inserted = Math.max(1, events.getOrDefault("InsertedRows", 0L));
    return String.format(
        Locale.ROOT,
        "%d inserts and %d merges; merges were busy for %.1f s and wrote each row %.1f times more; %d parts at rest",
        events.getOrDefault("InsertQuery", 0L),
        events.getOrDefault("Merge", 0L),
        events.getOrDefault("MergeExecuteMilliseconds", 0L) / 1e3,
        (double) events.getOrDefault("MergedRows", 0L) / inserted,
        number(
            "SELECT count() FROM system.parts WHERE active AND database = '%s'"
                .formatted(DATABASE)));
  }

  private long bytesOf(List<String> tables) throws IOException, InterruptedException {
    String names = tables.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    return number(
        "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '%s' AND table IN (%s)"
            .formatted(DATABASE, names));
  }

  private long number(String sql) throws IOException, InterruptedException {
    return Long.parseLong(database.query(sql).strip());
  }

  @Override
  public List<String> remarks() {
    return List.copyOf(remarks);
  }

  @Override
  public void close() {
    // What they hold is thrown away with the folder: no need for savepoints.
    List<Part> parts = new ArrayList<>(List.of(gateway, taskManager, jobManager));
    parts.add(clickhouse);
    parts.add(kafka);
    parts.forEach(Part::kill);
  }
}
