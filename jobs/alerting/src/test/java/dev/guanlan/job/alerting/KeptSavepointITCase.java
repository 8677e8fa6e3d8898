package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.schema.RuleGroupPlan;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Restores the savepoints that earlier releases left, and sees whether alerts go on. */
@DisplayName("A savepoint of an earlier release")
class KeptSavepointITCase {

  private static final Path KEPT = Path.of("src/test/resources/savepoints");
  private static final String WRITE = "guanlan.savepoint";
  private static final long LARGEST_BYTES = 200_000;

  static Stream<Arguments> kept() throws IOException {
    try (Stream<Path> releases = Files.list(KEPT)) {
      return releases.sorted().toList().stream()
          .flatMap(
              release -> Stream.of(1, 3).map(tasks -> Arguments.of(release.getFileName(), tasks)));
    }
  }

  @ParameterizedTest(name = "{0} goes on in {1} tasks")
  @MethodSource("kept")
  void goesOn(Path release, int parallelism) throws Exception {
    KeptScript kept = KeptScript.of(release);
    List<String> restored =
        run(parallelism, SavepointScript.SAVED + 1, kept, KEPT.resolve(release));
    List<String> undisturbed = run(parallelism, 0, kept, null);

    assertThat(restored)
        .as("all that is done after it, as if there had been no upgrade")
        .containsExactlyInAnyOrderElementsOf(
            undisturbed.stream().filter(line -> line.compareTo("12:15") >= 0).toList());
    // What there must be, whatever the undisturbed job says.
    assertThat(restored.stream().filter(line -> line.contains(" active at ")).toList())
        .satisfiesExactlyInAnyOrder(
            line ->
                assertThat(line)
                    .startsWith("13:15 PENDING INACTIVE Overload")
                    .contains("where=z1-d", "active at 10:00"),
            line ->
                assertThat(line)
                    .startsWith("14:00 PENDING FIRING Overload")
                    .contains("where=z1-b", "active at 09:00, fired at 14:00"),
            line ->
                assertThat(line)
                    .startsWith("14:15 FIRING RESOLVED Hot")
                    .contains("active at 01:00, fired at 03:00"));
    assertThat(restored)
        .as("who fires, and who was resolved, goes on being told")
        .anyMatch(line -> line.contains("notification") && line.contains("z1-a"))
        .anyMatch(line -> line.contains("notification") && line.contains("z1-c"));
  }

  /** Writes the savepoint of a release: see docs/development.md. */
  @Test
  @EnabledIfSystemProperty(named = WRITE, matches = ".+", disabledReason = "writes test data")
  void isWritten() throws Exception {
    Path target = KEPT.resolve(System.getProperty(WRITE));
    assertThat(target).as("a release's savepoint is written once").doesNotExist();
    KeptScript kept = KeptScript.of(target);
    Path folder = Files.createTempDirectory("savepoint");
    try (ScriptedJob job =
        ScriptedJob.start(2, SavepointScript.blocks(0, SavepointScript.SAVED), kept, null)) {
      awaitTick(job, "12:00", kept);
      assertThat(job.lines()).anyMatch(line -> line.startsWith("00:00 recorded"));
      Path written = Path.of(URI.create(job.stopWithSavepoint(folder)));
      List<Path> files = new ArrayList<>();
      try (Stream<Path> all = Files.list(written)) {
        all.forEach(files::add);
      }
      long bytes = 0;
      Files.createDirectories(target);
      for (Path file : files) {
        bytes += Files.size(file);
        Files.move(file, target.resolve(file.getFileName()));
      }
      assertThat(bytes).isLessThan(LARGEST_BYTES);
      List<RuleGroupPlan> plans = job.plans();
      assertThat(plans).allMatch(plan -> kept == KeptScript.SHARDS);
      if (kept == KeptScript.SHARDS) {
        RuleGroupPlan newest = plans.get(plans.size() - 1);
        assertThat(isInShards(newest)).isTrue();
        KeptScript.writePlans(target, List.of(newest));
      }
    }
  }

  private static boolean isInShards(RuleGroupPlan plan) {
    return !plan.getToGroup() && plan.getRoutes().size() == 1;
  }

  private static List<String> run(
      int parallelism, int firstStep, KeptScript kept, @Nullable Path savepoint) throws Exception {
    try (ScriptedJob job =
        ScriptedJob.start(
            parallelism,
            SavepointScript.blocks(firstStep, SavepointScript.LAST),
            kept,
            savepoint)) {
      awaitTick(job, "17:00", kept);
      List<RuleGroupPlan> plans = job.plans();
      if (kept == KeptScript.ONE_TASK) {
        assertThat(plans).isEmpty();
      } else if (savepoint == null) {
        assertThat(isInShards(plans.get(plans.size() - 1))).as("it comes to be in shards").isTrue();
      } else {
        assertThat(plans)
            .as("it stays in its shards")
            .isNotEmpty()
            .allMatch(plan -> isInShards(plan));
      }
      return job.lines();
    }
  }

  /** Waits for all of a tick: what the rules of each group record comes last. */
  private static void awaitTick(ScriptedJob job, String tick, KeptScript kept) {
    await(tick)
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              List<String> recorded =
                  job.lines().stream().filter(line -> line.startsWith(tick + " recorded")).toList();
              return kept.recordedLast().stream()
                  .allMatch(metric -> recorded.stream().anyMatch(line -> line.contains(metric)));
            });
  }
}
