package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.e2e.next.NextAlertingJob;
import dev.guanlan.local.stack.FlinkConfiguration;
import dev.guanlan.local.stack.FlinkJob;
import dev.guanlan.model.Topics;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import dev.guanlan.testing.AlertmanagerExtension;
import dev.guanlan.testing.FlinkExtension;
import dev.guanlan.testing.KafkaExtension;
import dev.guanlan.testing.RecordingProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds three quarters of an hour of samples to the alerting job while it is killed, moved, scaled,
 * replaced and told other rules, and compares all it did with a ruler that nobody disturbed.
 */
@DisplayName("The ruler, whatever happens to its job,")
class RulerOutlivesITCase {

  private static final Logger LOG = LoggerFactory.getLogger(RulerOutlivesITCase.class);

  private static final PageReceiver PAGES = new PageReceiver();

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @RegisterExtension
  static final AlertmanagerExtension ALERTMANAGER =
      AlertmanagerExtension.configured("paging", PAGES.configuration());

  @RegisterExtension static final FlinkExtension FLINK = new FlinkExtension();

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));
  private static final Path JAR = ROOT.resolve("jobs/alerting/target/alerting-job.jar");

  /** As many as tasks at most: each task reads of every topic, so that none waits for samples. */
  private static final int PARTITIONS = 4;

  private static final Duration PACE = Duration.ofMillis(250);

  /**
   * Goes on during a disturbance: three minutes, and another two before Alertmanager is told again.
   * An alert that pages fires for seven at least, so that none comes and goes while nobody looks.
   */
  private static final int STEPS_OF_DISTURBANCE = 12;

  private static final Duration PACE_OF_DISTURBANCE = Duration.ofMillis(700);

  @TempDir static Path folder;

  private static RecordingProxy alertmanager;

  private final RulerStory story = new RulerStory(start(), StoryProducer.parts(PARTITIONS));
  private final Map<String, Integer> disturbances = new LinkedHashMap<>();
  private StoryProducer samples;
  private RulerOutputs outputs;
  private int step;

  @AfterAll
  static void end() throws IOException {
    for (var job : FLINK.rest().jobs()) {
      if (!job.over()) {
        FLINK.rest().cancel(job.id());
      }
    }
    alertmanager.close();
    PAGES.close();
  }

  /** Returns when the story begins: so that it ends before now, which event time never passes. */
  private static long start() {
    long begin = System.currentTimeMillis() - Duration.ofMinutes(55).toMillis();
    return begin - Math.floorMod(begin, RulerStory.STEP_MILLIS);
  }

  @Test
  @DisplayName("evaluates every tick, moves every alert and pages about it once, at its time")
  void outlives() throws Exception {
    long began = System.nanoTime();
    KAFKA.createPlatformTopics(PARTITIONS);
    alertmanager = new RecordingProxy(ALERTMANAGER.url());
    outputs = new RulerOutputs(KAFKA.bootstrapServers());
    publish(false);
    FlinkJob present = job(JAR, 1);
    awaitRules(submit(present));
    try (StoryProducer producer = new StoryProducer(story, KAFKA.bootstrapServers(), PARTITIONS)) {
      samples = producer;
      advance(46);
      awaitCaughtUp();
      await("a group in shards").until(RulerOutlivesITCase::isInShards);

      during(
          "a killed TaskManager",
          () -> {
            FLINK.killTaskManager();
            FLINK.startTaskManager();
            awaitRunning();
          });
      advance(8);
      during(
          "rescaling from 1 to 4 by a savepoint",
          () -> {
            FLINK.jobs().stopWithSavepoint(Platform.ALERTING);
            submit(job(JAR, 4));
          });
      advance(6);
      during("other rules", () -> publish(true));
      during(
          "a killed JobManager",
          () -> {
            FLINK.killJobManager();
            FLINK.startJobManager();
            submit(job(JAR, 4));
          });
      advance(8);
      during(
          "rescaling from 4 to 2 by a checkpoint",
          () -> {
            FLINK.rest().cancel(FLINK.rest().job(Platform.ALERTING).orElseThrow().id());
            submit(job(JAR, 2));
          });
      advance(8);
      during(
          "a next release",
          () -> {
            FLINK.jobs().stopWithSavepoint(Platform.ALERTING);
            String id = submit(job(NextRelease.pack(JAR, folder), 2));
            assertThat(FLINK.rest().get("/jobs/" + id + "/plan").toString())
                .contains(NextAlertingJob.ADDED);
          });
      advance(8);
      story.quietFrom(step);
      advance(20);
      awaitCaughtUp();
    }
    compare();
    LOG.info(
        "The ruler outlived {} in {} s",
        disturbances.keySet(),
        (System.nanoTime() - began) / 1_000_000_000);
  }

  private static boolean isInShards() throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : KAFKA.committed(Topics.RULE_PLANS)) {
      RuleGroupPlan plan = RulePlanRecords.decode(record.key(), record.value());
      if (plan.getGroup().equals(RulerStory.ZONES) && !plan.getToGroup()) {
        return true;
      }
    }
    return false;
  }

  /** Goes on with samples while something happens, and returns when the job has caught up. */
  private void during(String what, Disturbance disturbance) throws Exception {
    long began = System.nanoTime();
    disturbances.put(what, step);
    CompletableFuture<Void> happening =
        CompletableFuture.runAsync(
            () -> {
              try {
                disturbance.happen();
              } catch (Exception e) {
                throw new IllegalStateException(what + " did not go as it should", e);
              }
            });
    for (int i = 0; i < STEPS_OF_DISTURBANCE; i++) {
      advance(1);
      Thread.sleep(PACE_OF_DISTURBANCE.toMillis());
    }
    happening.join();
    awaitCaughtUp();
    LOG.info("After {}: caught up within {} ms", what, (System.nanoTime() - began) / 1_000_000);
  }

  /** Is something that happens to the job. */
  @FunctionalInterface
  private interface Disturbance {
    void happen() throws Exception;
  }

  private void advance(int steps) throws Exception {
    for (int i = 0; i < steps; i++) {
      samples.send(step++);
      Thread.sleep(PACE.toMillis());
    }
  }

  private long lastTick() {
    // Event time is right before the newest sample.
    return story.millis(step - 2);
  }

  private void awaitCaughtUp() {
    await("every tick before the newest sample")
        .untilAsserted(
            () ->
                assertThat(Instant.ofEpochMilli(outputs.newestTick("zone:load:sum")))
                    .isEqualTo(Instant.ofEpochMilli(lastTick())));
  }

  private static void publish(boolean changed) throws Exception {
    new RuleGroupTopic(KAFKA.bootstrapServers())
        .replace(RulerStory.TENANT, Set.of(RulerStory.FILE), RulerStory.rules(changed));
  }

  private static FlinkJob job(Path jar, int parallelism) throws IOException {
    return new FlinkJob(
        Platform.ALERTING,
        jar,
        List.of(
            "--kafka.bootstrap-servers",
            KAFKA.bootstrapServers(),
            "--alertmanager.urls",
            alertmanager.url(),
            "--rules.aligned",
            "true",
            // The group of zones goes over to shards, that of loads stays in one task.
            "--rules.hot-group-series",
            "" + RulerStory.SERIES_OF_ZONES,
            "--watermark.lag",
            "0 s",
            // The samples are of the past and all partitions have some: the wall clock has no say.
            "--watermark.idle-timeout",
            "1 h",
            "--watermark.start-timeout",
            "1 h"),
        configuration(parallelism));
  }

  /** Returns the configuration that ships, but with checkpoints more often. */
  private static Map<String, String> configuration(int parallelism) throws IOException {
    Map<String, String> configuration = new HashMap<>(FlinkConfiguration.read(ROOT, "alerting"));
    configuration.put("parallelism.default", "" + parallelism);
    configuration.put("execution.checkpointing.interval", "1s");
    configuration.put("execution.checkpointing.min-pause", "200ms");
    return configuration;
  }

  private static String submit(FlinkJob job) throws IOException {
    boolean isFirst = FLINK.jobs().newestRestorePoint(job.name()).isEmpty();
    String id = FLINK.jobs().submit(job);
    awaitRunning();
    assertThat(
            FLINK.rest().get("/jobs/" + id + "/checkpoints").path("latest").hasNonNull("restored"))
        .as("the job goes on from where it was")
        .isNotEqualTo(isFirst);
    assertThat(FLINK.rest().get("/jobs/" + id).path("vertices").toString())
        .contains("\"parallelism\":" + job.configuration().get("parallelism.default"));
    return id;
  }

  /** Waits until the rules are evaluated, so that the first tick of all is that of the story. */
  private static void awaitRules(String id) {
    String vertices = "/jobs/" + id + "/vertices/";
    await("the rules are there")
        .until(
            () -> {
              for (JsonNode vertex : FLINK.rest().get("/jobs/" + id).path("vertices")) {
                if (vertex.path("name").asText().startsWith("evaluate rules")) {
                  String metrics =
                      vertices + vertex.path("id").asText() + "/subtasks/metrics?get=numRecordsIn";
                  return FLINK.rest().get(metrics).at("/0/sum").asInt()
                      >= RulerStory.rules(false).size();
                }
              }
              return false;
            });
  }

  private static void awaitRunning() {
    await("all tasks run")
        .until(
            () ->
                FLINK.rest().job(Platform.ALERTING).filter(job -> job.fullyRunning()).isPresent());
  }

  private void compare() throws Exception {
    long firstTick = outputs.oldestTick("zone:load:sum");
    assertThat(firstTick).as("the first tick").isBetween(story.millis(0), story.millis(4));
    int published = disturbances.get("other rules");
    long changeTick = outputs.oldestTick(RulerStory.ADDED);
    assertThat(changeTick)
        .as("the first tick of the changed rules")
        .isBetween(
            // A few ticks wait for their samples, or for the job, when rules are published.
            story.millis(published - 4), story.millis(published + STEPS_OF_DISTURBANCE));
    List<UndisturbedRuler> rulers = undisturbed(firstTick, changeTick);
    disturbances.forEach((what, at) -> assertMuchWasGoingOn(what, at, rulers));

    ExpectedOutputs expected = ExpectedOutputs.of(rulers);
    await("all transitions")
        .untilAsserted(
            () -> assertThat(outputs.transitions()).hasSameSizeAs(expected.transitions()));
    assertThat(outputs.transitions())
        .as("transitions, each once and as if nothing had happened")
        .containsExactlyInAnyOrderElementsOf(expected.transitions());
    assertThat(outputs.recorded())
        .as("what rules recorded, each tick once and as if nothing had happened")
        .containsExactlyInAnyOrderElementsOf(expected.recorded());

    List<AlertEpisode> episodes = expected.episodes();
    List<AlertEpisode> paged = episodes.stream().filter(AlertEpisode::pages).toList();
    await("a page about each end")
        .untilAsserted(
            () ->
                assertThat(AlertEpisode.ends(PAGES.pages()))
                    .hasSizeGreaterThanOrEqualTo(paged.size()));
    // Were there more to come, they would within some intervals of groups.
    Thread.sleep(3_000);
    AlertEpisode.assertPagedOnce(paged, PAGES.pages());
    AlertEpisode.assertPostedTruly(episodes, alertmanager.requests());
    LOG.info(
        "{} ticks; {} transitions, {} recorded samples, {} alerts that fired and were resolved, {}"
            + " of them paged about; {} posts",
        (lastTick() - firstTick) / RulerStory.STEP_MILLIS + 1,
        expected.transitions().size(),
        expected.recorded().size(),
        episodes.size(),
        paged.size(),
        alertmanager.requests().size());
  }

  private List<UndisturbedRuler> undisturbed(long firstTick, long changeTick) {
    List<UndisturbedRuler> rulers = new ArrayList<>();
    List<RuleGroup> after = RulerStory.rules(true);
    List<RuleGroup> before = RulerStory.rules(false);
    for (int g = 0; g < before.size(); g++) {
      UndisturbedRuler ruler = new UndisturbedRuler(before.get(g));
      for (int i = 0; story.millis(i) <= lastTick(); i++) {
        long tick = story.millis(i);
        story.forEach(i, ruler::append);
        if (tick == changeTick) {
          ruler.change(after.get(g), tick - RulerStory.STEP_MILLIS);
        }
        if (tick >= firstTick) {
          ruler.tick(tick);
        }
      }
      rulers.add(ruler);
    }
    return rulers;
  }

  private void assertMuchWasGoingOn(String what, int at, List<UndisturbedRuler> rulers) {
    UndisturbedRuler.Standing standing = rulers.get(0).standings().get(story.millis(at));
    LOG.info("At {}: {}", what, standing);
    assertThat(standing.pending()).as("pending at " + what).isPositive();
    assertThat(standing.firing()).as("firing at " + what).isPositive();
    assertThat(standing.kept()).as("kept firing at " + what).isPositive();
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what)
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(300));
  }
}
