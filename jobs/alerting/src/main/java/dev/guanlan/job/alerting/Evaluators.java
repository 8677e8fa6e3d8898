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
final class Evaluators {

  private final AlertingSettings settings;
  private final Engine engine;
  private final Map<String, Known> known = new HashMap<>();

  private record Known(long version, GroupEvaluator evaluator) {}

  Evaluators(AlertingSettings settings) {
    this.settings = settings;
    this.engine =
        new Engine(
            EngineOptions.DEFAULTS
                .withLookbackMillis(settings.lookbackMillis())
                // As in Prometheus: the interval of groups that name none, whatever the group's.
                .withSubqueryStepMillis(settings.defaultIntervalMillis())
                .withMaxSamples(settings.maxSamples()));
  }

  /** Returns the evaluator of a group. */
  GroupEvaluator of(String key, RuleGroup group) throws RuleException {
    Known found = known.get(key);
    return found != null && found.version() == group.getVersion()
        ? found.evaluator()
        : compile(key, group);
  }

  /** Compiles a group, which is then the version that is known. */
  GroupEvaluator compile(String key, RuleGroup group) throws RuleException {
    CompiledGroup compiled =
        CompiledGroup.of(RuleGroupRecords.fromRecord(group), settings.lookbackMillis());
    GroupEvaluator evaluator =
        new GroupEvaluator(compiled, engine, settings.evaluation(), settings.intervalMillis(group));
    known.put(key, new Known(group.getVersion(), evaluator));
    return evaluator;
  }

  void forget(String key) {
    known.remove(key);
  }
}
