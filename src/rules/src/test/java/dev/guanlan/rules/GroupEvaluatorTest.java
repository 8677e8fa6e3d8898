package dev.guanlan.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.promql.engine.StaleMarker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class GroupEvaluatorTest {

  private static final long MINUTE = 60_000;

  private final Memory samples = new Memory();

  /** Keeps windows in memory. */
  private static final class Memory implements Windows {
    private final MemorySampleSource source = new MemorySampleSource();

    @Override
    public void append(Labels labels, long timestampMillis, double value) {
      source.append(labels, timestampMillis, value);
    }

    @Override
    public void append(Labels labels, long timestampMillis, Histogram histogram) {
      source.append(labels, timestampMillis, 0, histogram);
    }

    @Override
    public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
      return source.select(matchers, hints);
    }
  }

  private static RuleGroup group(String yaml) throws Exception {
    return RuleFiles.parse(yaml, "f").get(0);
  }

  private TickOutcome evaluate(RuleGroup group, long tick, List<RuleMemory> memories)
      throws Exception {
    return evaluate(group, tick, memories, EvaluationSettings.DEFAULTS);
  }

  private TickOutcome evaluate(
      RuleGroup group, long tick, List<RuleMemory> memories, EvaluationSettings settings)
      throws Exception {
    return new GroupEvaluator(
            CompiledGroup.of(group, 300_000), new Engine(EngineOptions.DEFAULTS), settings, MINUTE)
        .evaluate(tick, memories, List.of(), samples);
  }

  private static List<RuleMemory> nothing(RuleGroup group) {
    return new ArrayList<>(Collections.nCopies(group.rules().size(), RuleMemory.EMPTY));
  }

  @Test
  void groupLabelsAreSetUnlessTheRuleSetsThemAndAnEmptyOneRemoves() throws Exception {
    samples.append(Labels.of("__name__", "m", "drop", "x", "job", "j"), 0, 1);
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                labels: {team: a, rank: "1"}
                rules:
                  - {record: r, expr: m, labels: {team: b, drop: ""}}
            """);
    assertThat(evaluate(group, MINUTE, nothing(group)).recorded())
        .containsExactly(
            new RecordedSample(
                Labels.of("__name__", "r", "job", "j", "rank", "1", "team", "b"), MINUTE, 1));
  }

  @Test
  void labelsOfAnAlertAreTemplatesAndThoseOfARecordingAreNot() throws Exception {
    samples.append(Labels.of("__name__", "m", "job", "j"), 0, 7);
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - {record: r, expr: m, labels: {x: "{{ $value }}"}}
                  - {alert: a, expr: m, labels: {x: "{{ $value }}", y: "{{ $labels.job }}"}}
            """);
    TickOutcome outcome = evaluate(group, MINUTE, nothing(group));
    assertThat(outcome.recorded().get(0).labels().get("x")).isEqualTo("{{ $value }}");
    assertThat(outcome.transitions().get(0).alert().labels())
        .isEqualTo(Labels.of("alertname", "a", "job", "j", "x", "7", "y", "j"));
  }

  @Test
  void theSeriesOfAnAlertHaveTheTextOfALabelThatExpandsToNothing() throws Exception {
    samples.append(Labels.of("__name__", "disk_full", "volume", "a"), 0, 7);
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - {alert: Full, expr: disk_full, labels: {owner: "{{ $labels.owner }}", volume: ""}}
            """);
    TickOutcome outcome = evaluate(group, MINUTE, nothing(group));
    assertThat(outcome.transitions().get(0).alert().labels())
        .isEqualTo(Labels.of("alertname", "Full"));
    assertThat(outcome.recorded())
        .extracting(RecordedSample::labels)
        .containsExactly(
            Labels.of(
                "__name__", "ALERTS",
                "alertname", "Full",
                "alertstate", "firing",
                "owner", "{{ $labels.owner }}"),
            Labels.of(
                "__name__", "ALERTS_FOR_STATE",
                "alertname", "Full",
                "owner", "{{ $labels.owner }}"));
  }

  @Test
  void aBrokenTextDoesNotHinderTheAlert() throws Exception {
    samples.append(Labels.of("__name__", "m"), 0, 7);
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - {alert: a, expr: m, annotations: {x: "{{ gt $value 1 }}"}}
            """);
    TickOutcome outcome = evaluate(group, MINUTE, nothing(group));
    assertThat(outcome.transitions().get(0).alert().annotations().get("x"))
        .startsWith("<error expanding template: error calling gt: incompatible types");
  }

  @Test
  void twoElementsThatBecomeOneAlertAreAFailure() throws Exception {
    samples.append(Labels.of("__name__", "m", "i", "1"), 0, 7);
    samples.append(Labels.of("__name__", "m", "i", "2"), 0, 7);
    RuleGroup group = group("groups: [{name: g, rules: [{alert: a, expr: m, labels: {i: same}}]}]");
    assertThat(evaluate(group, MINUTE, nothing(group)).failures())
        .singleElement()
        .extracting(RuleFailure::message)
        .isEqualTo("vector contains metrics with the same labelset after applying alert labels");
  }

  @Test
  void aRuleThatExceedsTheLimitFailsAndForgetsItsAlerts() throws Exception {
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                limit: 1
                rules:
                  - {alert: a, expr: m}
                  - {record: r, expr: m}
            """);
    samples.append(Labels.of("__name__", "m", "i", "1"), 0, 7);
    TickOutcome first = evaluate(group, MINUTE, nothing(group));
    assertThat(first.failures()).isEmpty();
    samples.append(Labels.of("__name__", "m", "i", "2"), 0, 7);
    TickOutcome second = evaluate(group, 2 * MINUTE, first.memories());
    assertThat(second.failures())
        .extracting(RuleFailure::message)
        .containsExactly("exceeded limit of 1 with 2 alerts", "exceeded limit of 1 with 2 series");
    assertThat(second.failures()).extracting(RuleFailure::limited).containsOnly(false);
    assertThat(second.rules()).allMatch(RuleOutcome::limited).allMatch(rule -> rule.size() == 2);
    assertThat(second.memories().get(0).alerts()).isEmpty();
    assertThat(second.recorded()).isEmpty();
    assertThat(moves(second)).containsExactly("1 FIRING→INACTIVE");
    assertThat(second.notifications()).isEmpty();
    assertThat(moves(evaluate(group, 3 * MINUTE, second.memories()))).isEmpty();
  }

  /** Keeps the first where a group has more than its limit. */
  private static final EvaluationSettings KEEPING_FIRST =
      new EvaluationSettings(
          MINUTE, true, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Map.of(), "");

  private static EvaluationSettings bounded(
      int maxAlerts, long maxCharacters, boolean limitKeepsFirst) {
    return new EvaluationSettings(
        MINUTE, limitKeepsFirst, maxAlerts, maxCharacters, Long.MAX_VALUE, Map.of(), "");
  }

  @Test
  void aRuleWithTooManyAlertsFailsAloneBeforeItsTextsAreExpandedAndRecovers() throws Exception {
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - alert: many
                    expr: m
                    annotations: {text: '{{ query "n" | first | value }}'}
                  - {alert: few, expr: n}
            """);
    List<List<Matcher>> asked = new ArrayList<>();
    Windows counting =
        new Windows() {
          @Override
          public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
            asked.add(matchers);
            return samples.select(matchers, hints);
          }

          @Override
          public void append(Labels labels, long timestampMillis, double value) {
            samples.append(labels, timestampMillis, value);
          }

          @Override
          public void append(Labels labels, long timestampMillis, Histogram histogram) {
            samples.append(labels, timestampMillis, histogram);
          }
        };
    GroupEvaluator evaluator =
        new GroupEvaluator(
            CompiledGroup.of(group, 300_000),
            new Engine(EngineOptions.DEFAULTS),
            bounded(2, Long.MAX_VALUE, true),
            MINUTE);
    samples.append(Labels.of("__name__", "n", "i", "n"), 0, 1);
    samples.append(Labels.of("__name__", "m", "i", "1"), 0, 1);
    samples.append(Labels.of("__name__", "m", "i", "2"), 0, 1);
    TickOutcome first = evaluator.evaluate(MINUTE, nothing(group), List.of(), counting);
    assertThat(first.failures()).isEmpty();
    assertThat(first.notifications()).hasSize(3);
    assertThat(asked).hasSize(2 + 2);

    samples.append(Labels.of("__name__", "m", "i", "3"), MINUTE, 1);
    asked.clear();
    TickOutcome second = evaluator.evaluate(3 * MINUTE, first.memories(), List.of(), counting);
    assertThat(second.failures())
        .containsExactly(
            new RuleFailure(
                0,
                "many",
                "it has 3 alerts, and a rule may have 2 (rules.max-alerts); narrow the expression,"
                    + " aggregate, or raise that",
                false));
    assertThat(asked).as("one of each expression, and none of a text").hasSize(2);
    assertThat(second.memories().get(0)).as("as they were").isEqualTo(first.memories().get(0));
    assertThat(second.transitions()).isEmpty();
    assertThat(second.notifications())
        .extracting(told -> told.labels().get("alertname"))
        .containsExactly("few");

    samples.append(Labels.of("__name__", "m", "i", "1"), 3 * MINUTE, StaleMarker.VALUE);
    TickOutcome third = evaluator.evaluate(4 * MINUTE, second.memories(), List.of(), counting);
    assertThat(third.failures()).isEmpty();
    assertThat(moves(third)).containsExactly("3 INACTIVE→FIRING", "1 FIRING→RESOLVED");
  }

  @Test
  void aRuleOfTooManyAlertsExceedsTheLimitOfItsGroupAsEver() throws Exception {
    String text = "groups: [{name: g, limit: %d, rules: [{alert: a, expr: m}]}]";
    for (String instance : List.of("1", "2", "3")) {
      samples.append(Labels.of("__name__", "m", "i", instance), 0, 1);
    }
    RuleGroup group = group(text.formatted(1));
    Alert firing = Alert.pending(Labels.of("i", "1"), Map.of(), 1, 0).firing(0);
    List<RuleMemory> memories =
        List.of(RuleMemory.of(Map.of(firing.labels(), firing), java.util.Set.of()));
    TickOutcome outcome = evaluate(group, MINUTE, memories, bounded(2, Long.MAX_VALUE, false));
    assertThat(outcome.failures())
        .extracting(RuleFailure::message)
        .containsExactly("exceeded limit of 1 with 3 alerts");
    assertThat(outcome.rules())
        .containsExactly(new RuleOutcome(outcome.rules().get(0).nanos(), 3, true));
    assertThat(outcome.memories().get(0).alerts()).isEmpty();
    assertThat(moves(outcome)).containsExactly("1 FIRING→INACTIVE");

    // Which are the first is not known before labels are expanded.
    outcome = evaluate(group, MINUTE, memories, bounded(2, Long.MAX_VALUE, true));
    assertThat(outcome.failures()).singleElement().asString().contains("rules.max-alerts");
    assertThat(outcome.memories()).isEqualTo(memories);
    // A limit that lets them pass changes nothing.
    outcome =
        evaluate(group(text.formatted(5)), MINUTE, memories, bounded(2, Long.MAX_VALUE, false));
    assertThat(outcome.failures()).singleElement().asString().contains("rules.max-alerts");
    assertThat(outcome.memories()).isEqualTo(memories);
  }

  @Test
  void alertsThatAreKeptFiringAreLetGoWhereThereAreMoreThanARuleMayHave() throws Exception {
    letsGoOfTheFirst("", bounded(2, Long.MAX_VALUE, false));
  }

  @Test
  void andWhereTheirTextsAreLongerThanThoseOfARuleMayBe() throws Exception {
    letsGoOfTheFirst(", annotations: {text: '12345'}", bounded(9, 9, false));
  }

  /** Has one alert after the other, each of which is held when it is gone. */
  private void letsGoOfTheFirst(String texts, EvaluationSettings settings) throws Exception {
    RuleGroup group =
        group(
            "groups: [{name: g, rules: [{alert: a, expr: m, keep_firing_for: 1h%s}]}]"
                .formatted(texts));
    List<RuleMemory> memories = nothing(group);
    for (int i = 1; i <= 3; i++) {
      if (i > 1) {
        samples.append(
            Labels.of("__name__", "m", "i", "" + (i - 1)), i * MINUTE, StaleMarker.VALUE);
      }
      samples.append(Labels.of("__name__", "m", "i", "" + i), i * MINUTE, 1);
      TickOutcome outcome = evaluate(group, i * MINUTE, memories, settings);
      memories = outcome.memories();
      if (i < 3) {
        assertThat(outcome.failures()).isEmpty();
        continue;
      }
      assertThat(outcome.failures())
          .singleElement()
          .satisfies(failure -> assertThat(failure.limited()).isTrue())
          .asString()
          .contains("let go of 1 alerts", "rules.max-alerts");
      assertThat(outcome.transitions())
          .extracting(Transition::to)
          .containsExactlyInAnyOrder(AlertState.FIRING, AlertState.RESOLVED);
    }
    assertThat(memories.get(0).alerts().values())
        .extracting(Alert::state)
        .containsExactly(AlertState.RESOLVED, AlertState.FIRING, AlertState.FIRING);
  }

  @Test
  void aRuleWhoseTextsAreTooLongInAllFailsAlone() throws Exception {
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - alert: long
                    expr: m
                    labels: {l: "{{ $labels.i }}234"}
                    annotations: {a: "123{{ $labels.i }}", b: "12"}
                  - {alert: short, expr: m}
            """);
    samples.append(Labels.of("__name__", "m", "i", "1"), 0, 1);
    samples.append(Labels.of("__name__", "m", "i", "2"), 0, 1);
    TickOutcome outcome =
        evaluate(group, MINUTE, nothing(group), bounded(Integer.MAX_VALUE, 20, false));
    assertThat(outcome.failures()).isEmpty();
    outcome = evaluate(group, 3 * MINUTE, outcome.memories(), bounded(9, 19, false));
    assertThat(outcome.failures())
        .containsExactly(
            new RuleFailure(
                0,
                "long",
                "the labels and annotations of its alerts have more than 19 characters in all;"
                    + " shorten them, or narrow the expression",
                false));
    assertThat(outcome.memories().get(0).alerts()).hasSize(2);
    assertThat(outcome.notifications())
        .extracting(told -> told.labels().get("alertname"))
        .containsExactly("short", "short");
  }

  @Test
  void aRuleWhoseTextsTakeTooLongInAllFailsAlone() throws Exception {
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - {alert: slow, expr: m, annotations: {a: '{{ query "n" | first | value }}'}}
                  - {alert: fast, expr: m}
            """);
    for (int i = 0; i < 100; i++) {
      samples.append(Labels.of("__name__", "m", "i", "" + i), 0, 1);
    }
    samples.append(Labels.of("__name__", "n"), 0, 1);
    Windows slow =
        new Windows() {
          @Override
          public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
            if (matchers.stream().anyMatch(matcher -> matcher.matches("n"))) {
              LockSupport.parkNanos(5_000_000);
            }
            return samples.select(matchers, hints);
          }

          @Override
          public void append(Labels labels, long timestampMillis, double value) {
            samples.append(labels, timestampMillis, value);
          }
        };
    EvaluationSettings settings =
        new EvaluationSettings(MINUTE, false, 100, Long.MAX_VALUE, 20, Map.of(), "");
    TickOutcome outcome =
        new GroupEvaluator(
                CompiledGroup.of(group, 300_000),
                new Engine(EngineOptions.DEFAULTS),
                settings,
                MINUTE)
            .evaluate(MINUTE, nothing(group), List.of(), slow);
    assertThat(outcome.failures())
        .extracting(RuleFailure::message)
        .containsExactly(
            "expanding the labels and annotations of its alerts took longer than 20 ms;"
                + " make their queries simpler, or narrow the expression");
    assertThat(outcome.memories().get(0)).isEqualTo(RuleMemory.EMPTY);
    assertThat(outcome.memories().get(1).alerts()).hasSize(100);
  }

  /**
   * Has a clock go on by so much whenever a series of one name is asked for, and by a nanosecond
   * whenever one looks at it; and counts what is asked.
   */
  private final class Slow implements Windows {
    private final String name;
    private final long nanos;
    private long now;
    private int asked;

    private Slow(String name, long nanos) {
      this.name = name;
      this.nanos = nanos;
    }

    @Override
    public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
      if (matchers.stream().anyMatch(matcher -> matcher.matches(name))) {
        now += nanos;
        asked++;
      }
      return samples.select(matchers, hints);
    }

    @Override
    public void append(Labels labels, long timestampMillis, double value) {
      samples.append(labels, timestampMillis, value);
    }
  }

  /** Evaluates a rule of an alert over hundred series, whose texts have 20 ms. */
  private TickOutcome evaluateSlow(String text, Slow slow) throws Exception {
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - {alert: a, expr: count(m), annotations: {a: '%s'}}
            """
                .formatted(text));
    for (int i = 0; i < 100; i++) {
      samples.append(Labels.of("__name__", "m", "i", "" + i), 0, 1);
    }
    samples.append(Labels.of("__name__", "n"), 0, 1);
    return new GroupEvaluator(
            CompiledGroup.of(group, 300_000),
            new Engine(EngineOptions.DEFAULTS),
            new EvaluationSettings(MINUTE, false, 100, Long.MAX_VALUE, 20, Map.of(), ""),
            MINUTE,
            AlertPlaces.UNKNOWN,
            () -> ++slow.now)
        .evaluate(MINUTE, nothing(group), List.of(), slow);
  }

  private static final String TEXTS_OF_20_MS =
      "expanding the labels and annotations of its alerts took longer than 20 ms;"
          + " make their queries simpler, or narrow the expression";

  @Test
  void aRuleFailsWhenOneOfItsTextsHasAskedForTooLong() throws Exception {
    Slow slow = new Slow("n", 5_000_000);
    TickOutcome outcome =
        evaluateSlow("{{ range query \"m\" }}{{ query \"n\" | first | value }}{{ end }}", slow);
    assertThat(outcome.failures()).extracting(RuleFailure::message).containsExactly(TEXTS_OF_20_MS);
    assertThat(slow.asked).as("no more than there is time for").isEqualTo(4);
    assertThat(outcome.transitions()).isEmpty();
  }

  @Test
  void aQueryOfATextHasNoMoreThanTheTimeThatIsLeft() throws Exception {
    // All but a nanosecond is over by the second query, which ends at its first look at the clock.
    Slow slow = new Slow("n", 19_999_997);
    TickOutcome outcome =
        evaluateSlow(
            "{{ query \"n\" | first | value }}{{ query \"n + (n + (n + n))\" | first | value }}",
            slow);
    assertThat(outcome.failures()).extracting(RuleFailure::message).containsExactly(TEXTS_OF_20_MS);
    assertThat(slow.asked).as("of the two queries' five times").isLessThanOrEqualTo(2);
  }

  @Test
  void ofResolvedAlertsTheNewestAreKept() throws Exception {
    RuleGroup group =
        group("groups: [{name: g, rules: [{alert: a, expr: m, annotations: {a: '12345'}}]}]");
    List<RuleMemory> memories = nothing(group);
    for (int i = 1; i <= 4; i++) {
      samples.append(Labels.of("__name__", "m", "i", "" + i), i * MINUTE, 1);
      samples.append(Labels.of("__name__", "m", "i", "" + (i - 1)), i * MINUTE, StaleMarker.VALUE);
      TickOutcome outcome = evaluate(group, i * MINUTE, memories, bounded(2, 100, false));
      assertThat(outcome.failures()).isEmpty();
      memories = outcome.memories();
    }
    assertThat(memories.get(0).alerts().keySet())
        .extracting(labels -> labels.get("i"))
        .containsExactly("2", "3", "4");
    samples.append(Labels.of("__name__", "m", "i", "4"), 5 * MINUTE, StaleMarker.VALUE);
    assertThat(
            evaluate(group, 5 * MINUTE, memories, bounded(2, 9, false))
                .memories()
                .get(0)
                .alerts()
                .keySet())
        .as("of those, as many as their texts leave room for")
        .extracting(labels -> labels.get("i"))
        .containsExactly("4");
  }

  private static List<String> moves(TickOutcome outcome) {
    return outcome.transitions().stream()
        .map(move -> move.alert().labels().get("i") + " " + move.from() + "→" + move.to())
        .toList();
  }

  @Test
  void anUnexpectedErrorFailsItsRuleAlone() throws Exception {
    samples.append(Labels.of("__name__", "m"), 0, 1);
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - {record: before, expr: m}
                  - {alert: a, expr: 'm > bool broken or m'}
                  - {record: after, expr: m}
            """);
    Windows broken =
        new Windows() {
          @Override
          public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
            if (matchers.stream().anyMatch(matcher -> matcher.matches("broken"))) {
              throw new IllegalStateException("a fault");
            }
            return samples.select(matchers, hints);
          }

          @Override
          public void append(Labels labels, long timestampMillis, double value) {
            samples.append(labels, timestampMillis, value);
          }

          @Override
          public void append(Labels labels, long timestampMillis, Histogram histogram) {
            samples.append(labels, timestampMillis, histogram);
          }
        };
    TickOutcome outcome =
        new GroupEvaluator(
                CompiledGroup.of(group, 300_000),
                new Engine(EngineOptions.DEFAULTS),
                EvaluationSettings.DEFAULTS,
                MINUTE)
            .evaluate(MINUTE, nothing(group), List.of(), broken);
    assertThat(outcome.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.rule()).isOne();
              assertThat(failure.message()).contains("unexpected error").contains("a fault");
              assertThat(failure.cause()).isInstanceOf(IllegalStateException.class);
            });
    assertThat(outcome.recorded())
        .extracting(sample -> sample.labels().metricName())
        .containsExactly("before", "after");
  }

  @Test
  void theFirstInTheOrderOfLabelsAreKeptOfMoreThanTheLimitWhereThatIsAskedFor() throws Exception {
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                limit: 2
                rules:
                  - {alert: a, expr: m}
                  - {record: r, expr: m}
            """);
    for (String instance : List.of("4", "2", "3")) {
      samples.append(Labels.of("__name__", "m", "i", instance), 0, 7);
    }
    TickOutcome first = evaluate(group, MINUTE, nothing(group), KEEPING_FIRST);
    assertThat(first.failures())
        .containsExactly(
            new RuleFailure(
                0, "a", "exceeded limit of 2 with 3 alerts; the first 2 are kept", true),
            new RuleFailure(
                1, "r", "exceeded limit of 2 with 3 series; the first 2 are kept", true));
    assertThat(moves(first)).containsExactly("2 INACTIVE→FIRING", "3 INACTIVE→FIRING");
    assertThat(first.notifications()).hasSize(2);
    assertThat(first.recorded())
        .filteredOn(sample -> sample.labels().metricName().equals("r"))
        .extracting(sample -> sample.labels().get("i"))
        .containsExactly("2", "3");

    // One comes before them: the last of the two is resolved, and its series end.
    samples.append(Labels.of("__name__", "m", "i", "1"), MINUTE, 7);
    TickOutcome second = evaluate(group, 2 * MINUTE, first.memories(), KEEPING_FIRST);
    assertThat(moves(second)).containsExactly("1 INACTIVE→FIRING", "3 FIRING→RESOLVED");
    assertThat(second.notifications())
        .extracting(told -> told.labels().get("i") + (told.resolvedAtMillis() > 0 ? " ended" : ""))
        .containsExactly("1", "3 ended");
    assertThat(second.recorded())
        .filteredOn(sample -> StaleMarker.is(sample.value()))
        .extracting(sample -> sample.labels().metricName() + " " + sample.labels().get("i"))
        .containsExactly("ALERTS 3", "ALERTS_FOR_STATE 3", "r 3");

    // Nothing is cut once there are no more than the limit, and resolved alerts do not count.
    samples.append(Labels.of("__name__", "m", "i", "1"), 3 * MINUTE, StaleMarker.VALUE);
    samples.append(Labels.of("__name__", "m", "i", "4"), 3 * MINUTE, StaleMarker.VALUE);
    TickOutcome third = evaluate(group, 3 * MINUTE, second.memories(), KEEPING_FIRST);
    assertThat(third.failures()).isEmpty();
    assertThat(moves(third)).containsExactly("3 RESOLVED→FIRING", "1 FIRING→RESOLVED");
  }

  @Test
  void anAlertThatIsKeptFiringGivesItsPlaceToThoseBeforeIt() throws Exception {
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                limit: 1
                rules:
                  - {alert: a, expr: "m == 1", keep_firing_for: 1h}
                  - {alert: b, expr: "m >= 0", for: 1h}
            """);
    samples.append(Labels.of("__name__", "m", "i", "2"), 0, 1);
    TickOutcome first = evaluate(group, MINUTE, nothing(group), KEEPING_FIRST);
    assertThat(moves(first)).containsExactly("2 INACTIVE→FIRING", "2 INACTIVE→PENDING");
    samples.append(Labels.of("__name__", "m", "i", "1"), MINUTE, 1);
    samples.append(Labels.of("__name__", "m", "i", "2"), MINUTE, 0);
    TickOutcome second = evaluate(group, 2 * MINUTE, first.memories(), KEEPING_FIRST);
    assertThat(moves(second))
        .containsExactly(
            "1 INACTIVE→FIRING", "2 FIRING→RESOLVED", "1 INACTIVE→PENDING", "2 PENDING→INACTIVE");
    samples.append(Labels.of("__name__", "m", "i", "2"), 2 * MINUTE, StaleMarker.VALUE);
    TickOutcome third = evaluate(group, 3 * MINUTE, second.memories(), KEEPING_FIRST);
    assertThat(third.failures()).isEmpty();
    assertThat(moves(third)).isEmpty();
  }

  @Test
  void theQueryOffsetMovesQueriesAndWhatIsRecorded() throws Exception {
    samples.append(Labels.of("__name__", "m"), 10_000, 1);
    samples.append(Labels.of("__name__", "m"), 50_000, 2);
    RuleGroup group =
        group("groups: [{name: g, query_offset: 30s, rules: [{record: r, expr: m}]}]");
    assertThat(evaluate(group, MINUTE, nothing(group)).recorded())
        .containsExactly(new RecordedSample(Labels.of("__name__", "r"), 30_000, 1));
  }

  @Test
  void theQueryOffsetDoesNotMoveWhatATextAsks() throws Exception {
    samples.append(Labels.of("__name__", "m"), 0, 1);
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                query_offset: 30s
                rules:
                  - alert: a
                    expr: vector(time())
                    labels: {at: "{{ $value }}"}
                    annotations: {at: '{{ query "vector(time())" | first | value }} {{ now }}'}
            """);
    Alert alert = evaluate(group, MINUTE, nothing(group)).transitions().get(0).alert();
    assertThat(alert.labels().get("at")).isEqualTo("30");
    assertThat(alert.annotations()).containsEntry("at", "60 60");
  }

  @Test
  void aHistogramIsRecordedSeenByTheNextRuleAndShownInTexts() throws Exception {
    Histogram histogram =
        new Histogram(
            ResetHint.GAUGE,
            0,
            0,
            0,
            2,
            3,
            Buckets.of(new int[] {1}, new double[] {2}, 1),
            Buckets.EMPTY,
            new double[0]);
    samples.append(Labels.of("__name__", "m"), 0, histogram);
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - {record: r, expr: m}
                  - {alert: a, expr: r, annotations: {x: "{{ $value }}{{ if $value }}!{{ end }}"}}
            """);
    TickOutcome outcome = evaluate(group, MINUTE, nothing(group));
    assertThat(outcome.failures()).isEmpty();
    RecordedSample recorded = outcome.recorded().get(0);
    assertThat(recorded.labels()).isEqualTo(Labels.of("__name__", "r"));
    assertThat(recorded.histogram()).isEqualTo(histogram);
    Alert alert = outcome.transitions().get(0).alert();
    assertThat(alert.value()).as("as in Prometheus").isZero();
    assertThat(alert.annotations()).containsEntry("x", "{count:2, sum:3, (1,2]:2}!");
  }

  @Test
  void windowsOfNumbersRefuseHistograms() {
    Windows numbers =
        new Windows() {
          @Override
          public void append(Labels labels, long timestampMillis, double value) {}

          @Override
          public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
            return samples.select(matchers, hints);
          }
        };
    Histogram empty =
        new Histogram(
            ResetHint.UNKNOWN, 0, 0, 0, 0, 0, Buckets.EMPTY, Buckets.EMPTY, new double[0]);
    assertThatThrownBy(() -> numbers.append(Labels.of("a", "b"), 0, empty))
        .hasMessageContaining("no native histogram can be recorded here: {a=\"b\"}");
  }

  @Test
  void anAlertRecordsItsStateAndSinceWhenAndEndsTheSeriesOfTheStateBefore() throws Exception {
    samples.append(Labels.of("__name__", "m"), 0, 1);
    RuleGroup group = group("groups: [{name: g, rules: [{alert: a, expr: m, for: 1m}]}]");
    TickOutcome first = evaluate(group, MINUTE, nothing(group));
    TickOutcome second = evaluate(group, 2 * MINUTE, first.memories());
    Labels pending = Labels.of("__name__", "ALERTS", "alertname", "a", "alertstate", "pending");
    Labels firing = Labels.of("__name__", "ALERTS", "alertname", "a", "alertstate", "firing");
    Labels since = Labels.of("__name__", "ALERTS_FOR_STATE", "alertname", "a");
    assertThat(first.recorded())
        .containsExactly(
            new RecordedSample(pending, MINUTE, 1), new RecordedSample(since, MINUTE, 60));
    assertThat(second.recorded().subList(0, 2))
        .containsExactly(
            new RecordedSample(firing, 2 * MINUTE, 1), new RecordedSample(since, 2 * MINUTE, 60));
    RecordedSample end = second.recorded().get(2);
    assertThat(end.labels()).isEqualTo(pending);
    assertThat(StaleMarker.is(end.value())).isTrue();
  }

  @Test
  void aNotificationIsValidForFourResendsAndCarriesTheInstallationsLabels() throws Exception {
    samples.append(Labels.of("__name__", "m"), 0, 1);
    RuleGroup group = group("groups: [{name: g, rules: [{alert: a, expr: m == 1}]}]");
    EvaluationSettings settings =
        new EvaluationSettings(
            2 * MINUTE,
            false,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Map.of("region", "eu", "alertname", "no"),
            "http://g");
    Notification told = evaluate(group, MINUTE, nothing(group), settings).notifications().get(0);
    assertThat(told.labels()).isEqualTo(Labels.of("alertname", "a", "region", "eu"));
    assertThat(told.generatorUrl()).isEqualTo("http://g/graph?g0.expr=m+%3D%3D+1&g0.tab=1");
    assertThat(told.startsAtMillis()).isEqualTo(MINUTE);
    assertThat(told.endsAtMillis(0)).isEqualTo(MINUTE + 8 * MINUTE);
    assertThat(told.endsAtMillis(50 * MINUTE)).as("catching up").isEqualTo(58 * MINUTE);
  }

  @Test
  void aNotificationNamesItsTenantAndKeepsWhatTheRuleSaysInThatPlace() throws Exception {
    samples.append(Labels.of("__name__", "m"), 0, 1);
    samples.append(Labels.of("__name__", "m", "tenant", "bank"), 0, 1);
    samples.append(Labels.of("__name__", "m", "tenant", "bank", "exported_tenant", "x"), 0, 1);
    samples.append(Labels.of("__name__", "n", "tenant", "shop"), 0, 1);
    RuleGroup group =
        group("groups: [{name: g, rules: [{alert: a, expr: m}, {alert: b, expr: n}]}]");
    EvaluationSettings settings =
        new EvaluationSettings(
            MINUTE,
            false,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Map.of("tenant", "installation"),
            Labels.of("tenant", "shop"),
            "");
    assertThat(evaluate(group, MINUTE, nothing(group), settings).notifications())
        .extracting(Notification::labels)
        .containsExactlyInAnyOrder(
            Labels.of("alertname", "a", "tenant", "shop"),
            Labels.of("alertname", "a", "exported_tenant", "bank", "tenant", "shop"),
            Labels.of(
                "alertname",
                "a",
                "exported_exported_tenant",
                "bank",
                "exported_tenant",
                "x",
                "tenant",
                "shop"),
            Labels.of("alertname", "b", "tenant", "shop"));
  }

  @Test
  void aTemplateCanQueryWhatNoExpressionSelects() throws Exception {
    samples.append(Labels.of("__name__", "m"), 0, 1);
    samples.append(Labels.of("__name__", "other", "host", "h"), 0, 5);
    RuleGroup group =
        group(
            """
            groups:
              - name: g
                rules:
                  - alert: a
                    expr: m
                    annotations:
                      x: '{{ with query "other" }}{{ . | first | value }}{{ end }}'
            """);
    assertThat(CompiledGroup.of(group, 300_000).selects(Labels.of("__name__", "other"))).isTrue();
    assertThat(evaluate(group, MINUTE, nothing(group)).notifications().get(0).annotations())
        .containsEntry("x", "5");
  }

  @Test
  void whatOneFollowsIsTheRuleOfTheSameNameAndLabels() throws Exception {
    RuleGroup from =
        group(
            """
            groups:
              - name: g
                rules:
                  - {record: r, expr: one}
                  - {record: r, expr: two}
                  - {alert: a, expr: m, labels: {x: "1"}}
            """);
    Labels one = Labels.of("__name__", "one");
    Labels two = Labels.of("__name__", "two");
    Alert firing = Alert.pending(Labels.of("alertname", "a"), Map.of(), 1, 0).firing(0);
    List<RuleMemory> memories =
        List.of(
            RuleMemory.of(Map.of(), java.util.Set.of(one)),
            RuleMemory.of(Map.of(), java.util.Set.of(two)),
            RuleMemory.of(Map.of(firing.labels(), firing), java.util.Set.of()));
    RuleGroup to =
        group(
            """
            groups:
              - name: g
                rules:
                  - {alert: a, expr: m > 5, labels: {x: "1"}}
                  - {record: r, expr: other}
            """);
    Succession succession = Succession.of(from, memories, to, MINUTE);
    assertThat(succession.memories()).containsExactly(memories.get(2), memories.get(0));
    assertThat(succession.begun()).isEmpty();
    assertThat(succession.stale()).containsExactly(two);
    assertThat(succession.transitions()).isEmpty();
    Succession end = Succession.of(from, memories, null, MINUTE);
    assertThat(end.memories()).isEmpty();
    assertThat(end.transitions())
        .singleElement()
        .isEqualTo(
            new Transition(
                firing.resolved(MINUTE), AlertState.FIRING, AlertState.RESOLVED, MINUTE));
    assertThat(end.stale()).containsExactlyInAnyOrder(one, two);
  }
}
