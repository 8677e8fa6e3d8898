package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleFailure;
import dev.guanlan.rules.RuleInput;
import dev.guanlan.rules.RuleInputs;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.rules.TickOutcome;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleHealth;
import dev.guanlan.schema.RuleStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides at which ticks a group's status is told, and makes its records then. It is told
 *
 * <ul>
 *   <li>at the first tick of a version, and the first since the task started;
 *   <li>when an alert moved, a rule began or ceased to fail, or one that was blind sees;
 *   <li>when a version is refused, or history that was missing is not looked for any more;
 *   <li>else not more often than configured, by the wall clock.
 * </ul>
 *
 * <p>What costs more than looking at the outcome is done only when it is told, but that blind rules
 * look for input at every tick. Where only an alert moved, what a rule finds is as it was when it
 * was last looked for, unless its result has another size.
 */
final class StatusReports {

  private static final Logger LOG = LoggerFactory.getLogger(StatusReports.class);

  /** How many parts there are; nothing is stored of a group that never had more than one. */
  private final ValueState<Integer> parts;

  private final AlertingSettings settings;
  private final Map<String, Known> known = new HashMap<>();
  private final Map<String, LateSamples> late = new HashMap<>();

  /** When it was told of groups that they cannot be evaluated. */
  private final Map<String, Long> refusedAtMillis = new HashMap<>();

  /** Is what a version of a group was told to be. */
  private static final class Known {
    private final long version;
    private final RuleInputs inputs;
    private BitSet failing = new BitSet();
    private GroupWay way = GroupWay.UNKNOWN;
    private final BitSet blind = new BitSet();

    /** What each rule found when that was last looked for. */
    private final List<RuleInput> found = new ArrayList<>();

    /** How large the result of each rule was then. */
    private final List<Integer> sizes = new ArrayList<>();

    private boolean told;

    /** When it was last looked for what all rules find. */
    private long lookedAtMillis;

    private Known(long version, RuleInputs inputs) {
      this.version = version;
      this.inputs = inputs;
    }

    private void look(TickOutcome outcome, RuleFindings findings, boolean anew) throws IOException {
      for (int rule = 0; rule < outcome.rules().size(); rule++) {
        int size = outcome.rules().get(rule).size();
        if (rule == found.size()) {
          found.add(findings.find(inputs, rule));
          sizes.add(size);
        } else if (anew || size != sizes.get(rule)) {
          found.set(rule, findings.find(inputs, rule));
          sizes.set(rule, size);
        }
        blind.set(rule, inputs.selective(rule) && found.get(rule).series() == 0);
      }
    }
  }

  private StatusReports(AlertingSettings settings, ValueState<Integer> parts) {
    this.settings = settings;
    this.parts = parts;
  }

  static StatusReports open(AlertingSettings settings, RuntimeContext context) {
    return new StatusReports(settings, context.getState(AlertingTypes.STATUS_PARTS));
  }

  /** Notes samples of a series that came after the tick that should have seen them. */
  void late(String key, Labels series, long samples) {
    if (samples > 0) {
      late.computeIfAbsent(key, first -> new LateSamples()).add(series, samples);
    }
  }

  /**
   * Returns what is to be told of a tick of the group whose key is current; often nothing.
   *
   * @param findings what the rules looked at
   * @param way how the group is evaluated
   * @param nanos how long the evaluation took
   * @param nowMillis the wall clock's time
   */
  List<RuleGroupStatus> of(
      String key,
      RuleGroup group,
      CompiledGroup compiled,
      long tickMillis,
      TickOutcome outcome,
      RuleFindings findings,
      GroupWay way,
      long nanos,
      long nowMillis)
      throws IOException {
    Known before = known(key, group, compiled);
    BitSet failing = new BitSet();
    for (RuleFailure failure : outcome.failures()) {
      failing.set(failure.rule(), !failure.limited());
    }
    boolean looksAnew =
        !before.told
            || !failing.equals(before.failing)
            || nowMillis - before.lookedAtMillis >= settings.statusIntervalMillis()
            || !way.isLike(before.way)
            || anyBlindSees(before, findings);
    if (!looksAnew && outcome.transitions().isEmpty()) {
      return List.of();
    }
    before.failing = failing;
    before.way = way;
    before.told = true;
    before.look(outcome, findings, looksAnew);
    if (looksAnew) {
      before.lookedAtMillis = nowMillis;
    }
    StatusParts status = new StatusParts(group, settings, way);
    LateSamples lateOfGroup = late.get(key);
    if (lateOfGroup != null) {
      lateOfGroup.settle(group, findings.here(before.inputs));
    }
    for (int rule = 0; rule < outcome.rules().size(); rule++) {
      RuleInput input = before.found.get(rule);
      RuleStatus.Builder record = StatusParts.rule(group.getRules().get(rule));
      record.setHealth(RuleHealth.OK);
      record.setEvaluationSeconds(outcome.rules().get(rule).nanos() / 1e9);
      record.setInputSeries(input.series());
      record.setInputSamples(input.samples());
      record.setLastInputMillis(input.newestMillis());
      record.setOutputSize(outcome.rules().get(rule).size());
      record.setLimited(outcome.rules().get(rule).limited());
      record.setBlind(before.blind.get(rule));
      record.setLateSamples(
          (lateOfGroup == null ? 0 : lateOfGroup.of(rule)) + findings.lateSamples(rule));
      status.add(record, outcome.memories().get(rule).alerts().values());
    }
    for (RuleFailure failure : outcome.failures()) {
      if (!failure.limited()) {
        status.fail(failure.rule(), failure.message());
      }
    }
    return told(
        status.records(
            tickMillis,
            nowMillis,
            nanos / 1e9,
            (lateOfGroup == null ? 0 : lateOfGroup.all()) + findings.lateSamples()));
  }

  /**
   * Returns what is to be told of a tick at which a group could not be evaluated; often nothing.
   *
   * @param why what is wrong with it
   */
  List<RuleGroupStatus> refused(
      String key, RuleGroup group, List<RuleMemory> memories, String why, long tick, long now)
      throws IOException {
    Long before = refusedAtMillis.get(key);
    if (before != null && now - before < settings.statusIntervalMillis()) {
      return List.of();
    }
    refusedAtMillis.put(key, now);
    known.remove(key);
    LOG.error("The rule group {} is not evaluated: {}", key, why);
    String refused =
        "the version of %s is refused: %s".formatted(Instant.ofEpochMilli(group.getVersion()), why);
    StatusParts status = new StatusParts(group, settings, new GroupWay(0, false, 0, refused, ""));
    for (int rule = 0; rule < group.getRules().size(); rule++) {
      Collection<Alert> alerts = memories.get(rule).alerts().values();
      status.add(StatusParts.rule(group.getRules().get(rule)), alerts);
      status.fail(rule, refused);
    }
    return told(status.records(tick, now, 0, 0));
  }

  private Known known(String key, RuleGroup group, CompiledGroup compiled) {
    Known found = known.get(key);
    if (found == null || found.version != group.getVersion()) {
      found = new Known(group.getVersion(), RuleInputs.of(compiled, settings.lookbackMillis()));
      known.put(key, found);
      refusedAtMillis.remove(key);
    }
    return found;
  }

  private static boolean anyBlindSees(Known before, RuleFindings findings) throws IOException {
    for (int rule = before.blind.nextSetBit(0); rule >= 0; ) {
      if (findings.finds(before.inputs, rule)) {
        return true;
      }
      rule = before.blind.nextSetBit(rule + 1);
    }
    return false;
  }

  /** Adds that parts are gone which were told before, and remembers how many there are. */
  private List<RuleGroupStatus> told(List<RuleGroupStatus> records) throws IOException {
    int before = storedParts();
    List<RuleGroupStatus> all = new ArrayList<>(records);
    for (int part = records.size(); part < before; part++) {
      all.add(StatusParts.gone(records.get(0), part));
    }
    if (records.size() != before) {
      parts.update(records.size());
    }
    return all;
  }

  /** Returns that nothing is to be told any more of the group whose key is current. */
  List<RuleGroupStatus> deleted(RuleGroup group) throws IOException {
    List<RuleGroupStatus> gone = new ArrayList<>();
    for (int part = storedParts() - 1; part >= 0; part--) {
      gone.add(StatusParts.gone(group, part));
    }
    return gone;
  }

  private int storedParts() throws IOException {
    Integer stored = parts.value();
    return stored == null ? 1 : stored;
  }

  /** Leaves nothing of the group whose key is current. */
  void forget(String key) {
    known.remove(key);
    late.remove(key);
    refusedAtMillis.remove(key);
    parts.clear();
  }
}
