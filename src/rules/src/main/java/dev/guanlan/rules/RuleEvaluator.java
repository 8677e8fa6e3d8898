package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EvaluationException;
import dev.guanlan.promql.engine.InstantVector;
import dev.guanlan.promql.engine.SampleSource;
import dev.guanlan.promql.engine.Scalar;
import dev.guanlan.promql.engine.StandingQueries;
import dev.guanlan.promql.engine.StandingSource;
import dev.guanlan.promql.engine.Value;
import dev.guanlan.rules.template.AlertPlace;
import dev.guanlan.rules.template.Template;
import dev.guanlan.rules.template.TemplateData;
import dev.guanlan.rules.template.TemplateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Evaluates one rule's expression and gives its result the labels that the rule asks for. For one
 * thread.
 */
final class RuleEvaluator {

  private static final String ALERT_NAME = "alertname";

  private final Engine engine;
  private StandingQueries standing;
  private final IdentityHashMap<CompiledRule, RecordedLabels> recordedLabels =
      new IdentityHashMap<>();
  private final Set<CompiledRule> distrusted = Collections.newSetFromMap(new IdentityHashMap<>());
  private final EvaluationSettings settings;
  private final LongSupplier nanoTime;

  /**
   * Makes an evaluator.
   *
   * @param nanoTime the clock by which texts are bounded, in nanoseconds
   */
  RuleEvaluator(Engine engine, EvaluationSettings settings, LongSupplier nanoTime) {
    this.engine = engine;
    this.standing = new StandingQueries(engine);
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes note that a rule had an unexpected error. What is kept from tick to tick may be half done
   * and is forgotten, and of this rule nothing is kept any more.
   */
  void distrust(CompiledRule rule) {
    if (distrusted.add(rule)) {
      standing = new StandingQueries(engine);
      recordedLabels.clear();
    }
  }

  /** Says that a rule has no valid result at a tick. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1;

    FailedException(String message) {
      super(message);
    }
  }

  /**
   * Bounds how long the texts of a rule's alerts take, all of them together. Each of their queries
   * looks at it before it begins: a single text may ask any number of them.
   */
  private final class TextTime {
    private final long beganNanos = nanoTime.getAsLong();

    /** Returns how many nanoseconds are left, at least one. */
    long left() {
      long left =
          TimeUnit.MILLISECONDS.toNanos(settings.textTimeoutMillis())
              - (nanoTime.getAsLong() - beganNanos);
      if (left <= 0) {
        throw new OverException();
      }
      return left;
    }

    /** Ends the expansion if nothing is left. */
    void check() {
      left();
    }

    FailedException failure() {
      return new FailedException(
          "expanding the labels and annotations of its alerts took longer than "
              + settings.textTimeoutMillis()
              + " ms; make their queries simpler, or narrow the expression");
    }
  }

  /**
   * Ends the expansion of a text for which no time is left. Unchecked, so that a template does not
   * take it for an error of its own, which would become the text.
   */
  private static final class OverException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OverException() {
      super("no time is left", null, false, false);
    }
  }

  /** Returns what a recording rule records, by series. */
  SortedMap<Labels, RuleSample> recording(CompiledRule rule, SampleSource source, long queryMillis)
      throws FailedException {
    SortedMap<Labels, RuleSample> series = new TreeMap<>();
    RecordedLabels labels = recordedLabels.computeIfAbsent(rule, RecordedLabels::new);
    List<RuleSample> samples = found(rule, source, queryMillis);
    labels.expect(samples.size());
    for (RuleSample sample : samples) {
      if (series.put(labels.of(sample.labels()), sample) != null) {
        throw new FailedException(
            "vector contains metrics with the same labelset after applying rule labels");
      }
    }
    return series;
  }

  /** Returns the elements of a rule's result, as its expression gives them. */
  List<RuleSample> found(CompiledRule rule, SampleSource source, long queryMillis)
      throws FailedException {
    return samples(value(rule, source, queryMillis));
  }

  /**
   * Expands the texts of an alerting rule.
   *
   * @param found the elements of its result
   * @return the same with their texts, by the labels of their alerts
   */
  Map<Labels, AlertStates.Element> alerts(
      CompiledRule rule,
      List<RuleSample> found,
      SampleSource source,
      long tickMillis,
      PlacedElements places)
      throws FailedException {
    TextTime time = new TextTime();
    try {
      return alerts(rule, found, source, tickMillis, places, time);
    } catch (OverException e) {
      throw time.failure();
    }
  }

  private Map<Labels, AlertStates.Element> alerts(
      CompiledRule rule,
      List<RuleSample> found,
      SampleSource source,
      long tickMillis,
      PlacedElements places,
      TextTime time)
      throws FailedException {
    Map<Labels, AlertStates.Element> elements = new HashMap<>();
    long characters = 0;
    // As in Prometheus: the offset moves the expression, but not what its texts ask.
    TemplateData.Queries queries =
        promql -> query(promql, rule.language(), source, tickMillis, time);
    for (RuleSample sample : found) {
      AlertPlace now = places.now(sample.labels());
      TemplateData data =
          new TemplateData(
              sample.labels().toMap(),
              settings.externalLabels(),
              settings.externalUrl(),
              sample.shown(),
              tickMillis,
              queries,
              places.ofLabels(sample.labels(), now));
      Map<String, String> labels = sample.labels().toMap();
      labels.remove(Labels.METRIC_NAME);
      for (Map.Entry<String, Template> label : rule.labels().entrySet()) {
        String text = expand(label.getValue(), data);
        labels.put(label.getKey(), text);
        characters += text.length();
      }
      labels.put(ALERT_NAME, rule.rule().name());
      Labels alert = Labels.of(labels);
      places.note(sample.labels(), alert, data.topology());
      TemplateData texts = data.withTopology(places.ofAnnotations(sample.labels(), now));
      Map<String, String> annotations = new TreeMap<>();
      for (Map.Entry<String, Template> annotation : rule.annotations().entrySet()) {
        String text = expand(annotation.getValue(), texts);
        annotations.put(annotation.getKey(), text);
        characters += text.length();
      }
      if (characters > settings.maxCharacters()) {
        throw new FailedException(
            "the labels and annotations of its alerts have more than "
                + settings.maxCharacters()
                + " characters in all; shorten them, or narrow the expression");
      }
      // Texts that ask nothing take time, too.
      time.check();
      AlertStates.Element element = new AlertStates.Element(annotations, sample.value());
      if (elements.put(alert, element) != null) {
        throw new FailedException(
            "vector contains metrics with the same labelset after applying alert labels");
      }
    }
    return elements;
  }

  private static String expand(Template template, TemplateData data) {
    try {
      return template.expand(data);
    } catch (TemplateException e) {
      // As in Prometheus: an alert with a broken text is better than no alert.
      return "<error expanding template: " + e.getMessage() + ">";
    }
  }

  /** Evaluates the expression of a rule, which comes again at the next tick. */
  private Value value(CompiledRule rule, SampleSource source, long queryMillis)
      throws FailedException {
    try {
      return source instanceof StandingSource windows && !distrusted.contains(rule)
          ? standing.instant(rule.expression(), windows, queryMillis)
          : engine.instant(rule.expression(), source, queryMillis);
    } catch (EvaluationException e) {
      throw failed(e);
    }
  }

  private static FailedException failed(EvaluationException e) {
    return new FailedException(e.getMessage() == null ? e.toString() : e.getMessage());
  }

  private static List<RuleSample> samples(Value value) throws FailedException {
    List<RuleSample> samples = new ArrayList<>();
    if (value instanceof InstantVector vector) {
      for (int i = 0; i < vector.size(); i++) {
        Histogram histogram = vector.histogram(i);
        double number = histogram == null ? vector.value(i) : 0;
        samples.add(new RuleSample(vector.labels(i), number, histogram));
      }
    } else if (value instanceof Scalar scalar) {
      samples.add(new RuleSample(Labels.EMPTY, scalar.value(), null));
    } else {
      throw new FailedException("rule result is not a vector or scalar");
    }
    return samples;
  }

  private List<TemplateData.Sample> query(
      String promql, ParserOptions language, SampleSource source, long queryMillis, TextTime time)
      throws TemplateData.QueryException {
    Engine hurried = engine.within(Duration.ofNanos(time.left()));
    try {
      Value value = hurried.instant(Parser.parse(promql, language), source, queryMillis);
      List<TemplateData.Sample> result = new ArrayList<>();
      for (RuleSample sample : samples(value)) {
        result.add(new TemplateData.Sample(sample.labels().toMap(), sample.shown()));
      }
      return result;
    } catch (EvaluationException e) {
      if (e.kind() == EvaluationException.Kind.TIMEOUT) {
        // If the time is over that all texts have, this is no error of this one.
        time.check();
      }
      throw new TemplateData.QueryException(failed(e).getMessage());
    } catch (PromqlException | FailedException e) {
      throw new TemplateData.QueryException(String.valueOf(e.getMessage()));
    }
  }
}
