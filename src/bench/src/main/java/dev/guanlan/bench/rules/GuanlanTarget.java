package dev.guanlan.bench.rules;

import dev.guanlan.bench.process.Reading;
import dev.guanlan.bench.send.Sender;
import dev.guanlan.bench.send.Signal;
import dev.guanlan.bench.send.TopicSender;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.local.stack.FlinkJob;
import dev.guanlan.local.stack.FlinkJobs;
import dev.guanlan.local.stack.FlinkRest;
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
import dev.guanlan.model.RawRecord;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Is the alerting job alone, as it ships, reading the raw topic of remote write. */
final class GuanlanTarget implements RulesTarget {

  /** As many as {@code ./guanlan up} lays out. */
  private static final int PARTITIONS = 4;

  /** With nobody to notify; in the time given the job reads the past, before its first tick. */
  static final List<String> UNHEARD =
      List.of("--alertmanager.urls=", "--watermark.start-timeout=30s");

  /** How long it may be behind before it is given up. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final KafkaPart kafka;
  private final JobManagerPart jobManager;
  private final TaskManagerPart taskManager;
  private final FlinkRest rest;
  private final FlinkJobs jobs;
  private final JobMetrics metrics;
  private Set<String> namespaces = Set.of();

  /**
   * Makes the target.
   *
   * @param options of the job, besides where Kafka is
   */
  GuanlanTarget(Site site, List<String> options) throws IOException {
    StackPorts ports = StackPorts.free();
    kafka =
        new KafkaPart(
            site, ports.kafka(), ports.kafkaController(), Optional.of(new TopicLayout(PARTITIONS)));
    jobManager = new JobManagerPart(site, ports.flink(), ports.flinkRpc());
    taskManager = new TaskManagerPart(site, ports.flink(), ports.flinkRpc());
    rest = new FlinkRest(jobManager.url());
    FlinkJob shipped =
        PlatformJobs.of(site, ports).stream()
            .filter(job -> job.name().equals(PlatformJobs.ALERTING))
            .findFirst()
            .orElseThrow();
    List<String> arguments =
        new ArrayList<>(List.of("--kafka.bootstrap-servers", kafka.bootstrapServers()));
    arguments.addAll(options);
    FlinkJob job = new FlinkJob(shipped.name(), shipped.jar(), arguments, shipped.configuration());
    jobs = new FlinkJobs(site, rest, List.of(job));
    metrics = new JobMetrics(rest, PlatformJobs.ALERTING);
  }

  @Override
  public String name() {
    return "guanlan";
  }

  @Override
  public void start(GeneratedRules rules) throws PartException, IOException {
    for (Part part : processes()) {
      Startup.untilHealthy(part);
    }
    List<RuleGroup> groups = rules.groups();
    namespaces =
        groups.stream().map(RuleGroup::namespace).collect(Collectors.toCollection(TreeSet::new));
    publish(groups);
  }

  private void publish(List<RuleGroup> groups) throws IOException {
    try {
      var unused =
          new RuleGroupTopic(kafka.bootstrapServers())
              .replace(RawRecord.ANONYMOUS, namespaces, groups);
    } catch (RuleException e) {
      throw new IllegalStateException("A generated rule is refused", e);
    }
  }

  @Override
  public Sender sender() {
    return new TopicSender(kafka.bootstrapServers(), Signal.METRICS);
  }

  /**
   * Submits the job. It has read the past before its event time begins, which is when the topics
   * that nobody writes to have been silent for long enough; so it evaluates no tick of the past.
   */
  @Override
  public void begin() throws PartException {
    Startup.untilHealthy(jobs);
  }

  @Override
  public List<Part> processes() {
    return List.of(kafka, jobManager, taskManager);
  }

  @Override
  public List<Part> apart() {
    return List.of(kafka);
  }

  private Progress told(long ticks) throws IOException {
    return new Progress(Reading.of(processes()), ticks, metrics.sum("ticksSkipped"));
  }

  /** Flink tells of its tasks every ten seconds, so that this may be told as much later. */
  @Override
  public Progress awaitEvaluated(long timeMillis) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    long watermark = metrics.least("currentOutputWatermark");
    while (watermark < timeMillis) {
      if (System.nanoTime() - begin > LONGEST_WAIT.toNanos()) {
        throw new IOException(
            "The alerting job is %d s behind; give it fewer rules or series."
                .formatted((timeMillis - watermark) / 1000));
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
      // Fails if one has ended, which an old watermark does not tell.
      var unused = Reading.of(processes());
      watermark = metrics.least("currentOutputWatermark");
    }
    return told(metrics.sum("ticks"));
  }

  /** Reads what was committed; transactions end with checkpoints. */
  @Override
  public Firing firing(long timeMillis) throws IOException, InterruptedException {
    awaitCheckpoint();
    // The sink commits when it hears of a checkpoint, and has when the next is complete.
    awaitCheckpoint();
    return AlertsTopic.firing(kafka.bootstrapServers(), timeMillis);
  }

  private void awaitCheckpoint() throws IOException, InterruptedException {
    long asked = System.currentTimeMillis();
    String id = job().id();
    while (rest.checkpoints(id).latestMillis() <= asked) {
      if (System.currentTimeMillis() - asked > LONGEST_WAIT.toMillis()) {
        throw new IOException("The alerting job completes no checkpoint. See its log.");
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  private FlinkRest.Job job() throws IOException {
    return rest.job(PlatformJobs.ALERTING)
        .orElseThrow(() -> new IOException("The alerting job has ended. See its log."));
  }

  @Override
  public void dropRules() throws IOException {
    publish(List.of());
  }

  @Override
  public List<String> remarks() throws IOException {
    FlinkRest.Checkpoints checkpoints = rest.checkpoints(job().id());
    return List.of(
        "guanlan: %d samples were late, %d dropped; %d rule evaluations failed"
            .formatted(
                metrics.sumOfGroups("samplesLate"),
                metrics.sum("samplesOverflowed"),
                metrics.sum("rulesFailed")),
        "guanlan: %d checkpoints completed and %d failed; state of %.1f MiB when all rules were gone"
            .formatted(
                checkpoints.completed(),
                checkpoints.failed(),
                (double) checkpoints.latestBytes() / (1 << 20)));
  }

  @Override
  public void close() {
    // What they hold is thrown away with the folder: no need for savepoints.
    List.<Part>of(taskManager, jobManager, kafka).forEach(Part::kill);
  }
}
