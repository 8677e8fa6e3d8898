package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.DecomposedGroup;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the groups of a task compiled, each in the version that is evaluated. */
final class Evaluators implements AutoCloseable {

  private final AlertingSettings settings;
  private final Engine engine;
  private final TopologyPlaces places;
  private final Map<String, Known> known = new HashMap<>();
  private final Map<String, Parted> parted = new HashMap<>();
  private final Map<String, OwnWindows> own = new HashMap<>();

  private record Known(long version, GroupEvaluator evaluator) {}

  /**
   * Is a group in two parts.
   *
   * @param rest evaluates the rest; null until it is asked for
   */
  private record Parted(
      RuleGroup group, Optional<DecomposedGroup> parts, @Nullable GroupEvaluator rest) {}

  /**
   * Makes them for a task.
   *
   * @param places is closed with them
   */
  Evaluators(AlertingSettings settings, TopologyPlaces places) {
    this.settings = settings;
    this.places = places;
    this.engine = engine(settings);
  }

  /** Makes the engine that rules are evaluated by. */
  static Engine engine(AlertingSettings settings) {
    return new Engine(
        EngineOptions.DEFAULTS
            .withLookbackMillis(settings.lookbackMillis())
            // As in Prometheus: the interval of groups that name none, whatever the group's.
            .withSubqueryStepMillis(settings.defaultIntervalMillis())
            .withMaxSamples(settings.maxSamples())
            .withTimeout(Duration.ofMillis(settings.queryTimeoutMillis()))
            // The heap is for windows, for other tasks and other jobs, too.
            .withMaxBytes(
                Math.min(
                    EngineOptions.DEFAULTS.limits().maxBytes(),
                    Runtime.getRuntime().maxMemory() / 4)));
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
    CompiledGroup compiled = settings.compiled(group);
    GroupEvaluator evaluator = evaluator(group, compiled);
    known.put(key, new Known(group.getVersion(), evaluator));
    return evaluator;
  }

  /** Returns why a version of a group cannot be evaluated; null if it can, and is known then. */
  @Nullable String refusal(String key, RuleGroup version) {
    try {
      compile(key, version);
      return null;
    } catch (RuleException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Returns a group in two parts, or nothing if it must be evaluated as a whole. */
  Optional<DecomposedGroup> decomposed(RuleGroup group) throws RuleException {
    return parted(group).parts();
  }

  /**
   * Returns what a group's own windows are for: all that it looks at, or what it does in shards.
   */
  CompiledGroup ownWindows(HotGroup hot, RuleGroup group) throws RuleException {
    return hot.sharded() == HotGroup.OWN_WINDOWS || decomposed(group).isEmpty()
        ? compile(hot.key(), group).group()
        : inShards(hot, group).all();
  }

  /** Returns what a group's own windows are for, or null if its ticks say why nobody knows. */
  @Nullable CompiledGroup followed(HotGroup hot, RuleGroup group) {
    try {
      return ownWindows(hot, group);
    } catch (RuleException e) {
      return null;
    }
  }

  /** Returns what a group that is evaluated in shards looks at in its own windows. */
  OwnWindows inShards(HotGroup hot, RuleGroup group) throws RuleException {
    OwnWindows found = own.get(hot.key());
    if (found == null || !found.isOf(group, hot.next(), hot.nextInShards())) {
      CompiledGroup now = decomposed(group).orElseThrow().rest();
      found = OwnWindows.of(settings, group, now, hot.next(), hot.nextInShards());
      own.put(hot.key(), found);
    }
    return found;
  }

  /** Returns the whole of a group that can be parted. */
  CompiledGroup whole(RuleGroup group) throws RuleException {
    return decomposed(group).orElseThrow().whole();
  }

  private Parted parted(RuleGroup group) throws RuleException {
    String key = RuleGroupRecords.key(group);
    Parted found = parted.get(key);
    if (found == null || !found.group().equals(group)) {
      found = new Parted(group, settings.decomposed(group), null);
      parted.put(key, found);
    }
    return found;
  }

  /** Tells whether a group's selectors ask for what rules record. */
  boolean looksAtRecorded(String key, RuleGroup group) {
    try {
      Known found = known.get(key);
      return RecordedSelectors.areIn(
          found != null && found.version() == group.getVersion()
              ? found.evaluator().group()
              : settings.compiled(group));
    } catch (RuleException e) {
      // Its tick says why.
      return false;
    }
  }

  /** Returns the evaluator of the rest of a group that can be parted, as {@link #of} does. */
  GroupEvaluator restOf(RuleGroup group) throws RuleException, InterruptedException {
    Parted found = parted(group);
    GroupEvaluator evaluator = found.rest();
    if (evaluator == null) {
      evaluator = evaluator(group, found.parts().orElseThrow().rest());
      parted.put(RuleGroupRecords.key(group), new Parted(group, found.parts(), evaluator));
    }
    if (evaluator.group().usesTopology()) {
      places.refresh();
    }
    return evaluator;
  }

  private GroupEvaluator evaluator(RuleGroup group, CompiledGroup compiled) {
    if (compiled.usesTopology()) {
      places.follow();
    }
    return new GroupEvaluator(
        compiled,
        engine,
        settings.evaluation(group.getTenant()),
        settings.intervalMillis(group),
        places.of(group.getTenant()));
  }

  /** Forgets what is kept to evaluate a group as a whole. */
  void forgetWhole(String key) {
    known.remove(key);
  }

  void forget(String key) {
    known.remove(key);
    parted.remove(key);
    own.remove(key);
  }

  @Override
  public void close() {
    places.close();
  }
}
