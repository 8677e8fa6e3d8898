package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.Rule;
import dev.guanlan.schema.RuleGroupPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Is how a job evaluates {@link SavepointScript} whose savepoints are kept. As the script, one that
 * is there never changes.
 */
enum KeptScript {

  /** Every group is evaluated in one task. */
  ONE_TASK {
    @Override
    List<RuleChange> published() throws RuleFileException {
      return SavepointScript.rules();
    }

    @Override
    List<String> recordedLast() {
      return List.of("job:latency:p90");
    }

    @Override
    String[] options() {
      return new String[] {ALIGNED, "true"};
    }
  },

  /**
   * The group is evaluated in shards. Of another one a version is refused, and the last goes on.
   */
  SHARDS {
    @Override
    List<RuleChange> published() throws RuleFileException {
      List<RuleChange> changes = new ArrayList<>(SavepointScript.rules());
      for (RuleGroup group : TestingEvaluation.groups(REFUSED)) {
        changes.add(change(RuleGroupRecords.toRecord(SavepointScript.TENANT, group, 1)));
        var next = RuleGroupRecords.toRecord(SavepointScript.TENANT, group, 2);
        Rule wrong = Rule.newBuilder(next.getRules().get(0)).setExpr("sum(load").build();
        changes.add(
            change(dev.guanlan.schema.RuleGroup.newBuilder(next).setRules(List.of(wrong)).build()));
      }
      return changes;
    }

    @Override
    List<String> recordedLast() {
      return List.of("job:latency:p90", "zone:load:sum");
    }

    @Override
    String[] options() {
      return new String[] {
        ALIGNED, "true", "--rules.hot-group-series", "6", "--rules.hot-group-shards", "2"
      };
    }
  };

  private static final String ALIGNED = "--rules.aligned";

  /** Names the files of a savepoint's folder that plans are in. */
  private static final String PLAN_FILE = "rule_plan-";

  private static final String REFUSED =
      """
      groups:
        - name: refused
          interval: 15s
          rules:
            - record: zone:load:sum
              expr: sum by (zone) (load)
      """;

  /** Returns all versions of the groups, in the order in which they are published. */
  abstract List<RuleChange> published() throws RuleFileException;

  /** Returns the newest versions, which a compacted topic still has later. */
  List<RuleChange> compacted() throws RuleFileException {
    List<RuleChange> newest = new ArrayList<>();
    for (RuleChange change : published()) {
      newest.removeIf(older -> older.key().equals(change.key()));
      newest.add(change);
    }
    return newest;
  }

  /** Returns the metric that each group records last at a tick. */
  abstract List<String> recordedLast();

  /** Returns the options of the job, as it has them on its command line. */
  abstract String[] options();

  /** Returns the script of a savepoint by its folder's name. */
  static KeptScript of(Path savepoint) {
    return String.valueOf(savepoint.getFileName()).endsWith("-shards") ? SHARDS : ONE_TASK;
  }

  /** Writes beside a savepoint the plans that the topic has then. */
  static void writePlans(Path savepoint, List<RuleGroupPlan> plans) throws IOException {
    for (int i = 0; i < plans.size(); i++) {
      Files.write(savepoint.resolve(PLAN_FILE + i), RulePlanRecords.encode(plans.get(i)));
    }
  }

  /** Reads the plans of a group that lie beside a savepoint. */
  static List<RuleGroupPlan> readPlans(Path savepoint) throws IOException {
    List<RuleGroupPlan> plans = new ArrayList<>();
    try (Stream<Path> files = Files.list(savepoint)) {
      for (Path file : files.sorted().toList()) {
        if (String.valueOf(file.getFileName()).startsWith(PLAN_FILE)) {
          byte[] key = SavepointScript.rules().get(0).key().getBytes(StandardCharsets.UTF_8);
          plans.add(RulePlanRecords.decode(key, Files.readAllBytes(file)));
        }
      }
    } catch (RuleFileException e) {
      throw new IOException(e);
    }
    return plans;
  }

  private static RuleChange change(dev.guanlan.schema.RuleGroup record) {
    return new RuleChange(RuleGroupRecords.key(record), record.getVersion(), record);
  }
}
