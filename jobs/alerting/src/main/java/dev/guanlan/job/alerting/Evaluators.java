package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import java.util.HashMap;
import java.util.Map;

/** Keeps the groups of a task compiled, each in the version that is evaluated. */
final class Evaluators implements AutoCloseable {

  private final AlertingSettings settings;
  private final Engine engine;
  private final TopologyPlaces places;
  private final Map<String, Known> known = new HashMap<>();

  private record Known(long version, GroupEvaluator evaluator) {}

  /**
   * Makes them for a task.
   *
   * @param places is closed with them
   */
  Evaluators(AlertingSettings settings, TopologyPlaces places) {
    this.settings = settings;
    this.places = places;
    this.engine =
        new Engine(
            EngineOptions.DEFAULTS
                .withLookbackMillis(settings.lookbackMillis())
                // As in Prometheus: the interval of groups that name none, whatever the group's.
                .withSubqueryStepMillis(settings.defaultIntervalMillis())
                .withMaxSamples(settings.maxSamples()));
  }

  /** Returns the evaluator of a group for a tick, with the topology of now if it uses that. */
  GroupEvaluator of(String key, RuleGroup group) throws RuleException, InterruptedException {
    Known found = known.get(key);
    GroupEvaluator evaluator =
        found != null && found.version() == group.getVersion()
            ? found.evaluator()
            : compile(key, group);
    if (evaluator.group().usesTopology()) {
      places.refresh();
    }
    return evaluator;
  }

  /**
   * Compiles a group, which is then the version that is known. If it uses the topology, that is
   * read meanwhile: nothing waits for it before the group's tick.
   */
  GroupEvaluator compile(String key, RuleGroup group) throws RuleException {
    CompiledGroup compiled =
        CompiledGroup.of(RuleGroupRecords.fromRecord(group), settings.lookbackMillis());
    GroupEvaluator evaluator =
        new GroupEvaluator(
            compiled,
            engine,
            settings.evaluation(),
            settings.intervalMillis(group),
            places.of(group.getTenant()));
    if (compiled.usesTopology()) {
      places.follow();
    }
    known.put(key, new Known(group.getVersion(), evaluator));
    return evaluator;
  }

  void forget(String key) {
    known.remove(key);
  }

  @Override
  public void close() {
    places.close();
  }
}
