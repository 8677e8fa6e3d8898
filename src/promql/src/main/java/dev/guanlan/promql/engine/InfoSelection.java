package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.AnchoredRegex;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.InfoSelector;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Selects the info series for a call of {@code info}: what its second argument asks for, of the
 * same instances and jobs as the series of the first ({@code fetchInfoSeries} in Prometheus' {@code
 * promql/info.go}).
 */
final class InfoSelection {

  /** Labels that tell which info series belongs to a series. */
  static final List<String> IDENTIFYING = List.of("instance", "job");

  /** More values than this are not spelt out for the source. */
  private static final int MOST_VALUES = 500;

  private final Query query;
  private final Grid grid;
  private final Expression.Call call;

  private final InfoSelector selector;

  InfoSelection(Query query, Grid grid, Expression.Call call) {
    this.query = query;
    this.grid = grid;
    this.call = call;
    this.selector = InfoSelector.of(call);
  }

  /** Returns what is asked of labels other than the metric's name. */
  List<Matcher> data() {
    return selector.data();
  }

  /** Tells whether a series of the first argument is an info series itself. */
  boolean isInfo(Labels labels) {
    return selector.isInfo(labels);
  }

  /**
   * Returns the times of the newest samples of the info series, in seconds; the rows are series.
   *
   * @param base the series of the first argument
   */
  StepMatrix select(StepMatrix base) throws EvaluationException {
    List<Set<String>> identities = new ArrayList<>();
    boolean any = false;
    for (String name : IDENTIFYING) {
      Set<String> values = values(base, name);
      any |= !values.isEmpty();
      identities.add(values);
    }
    if (!any) {
      return new StepMatrix(grid.steps(), 0);
    }
    List<Matcher> matchers = selector.matchers();
    for (int i = 0; i < IDENTIFYING.size(); i++) {
      Matcher oneOf = oneOf(IDENTIFYING.get(i), identities.get(i));
      if (oneOf != null) {
        matchers.add(oneOf);
      }
    }
    StepMatrix times =
        new InstantSelection(query, grid, matchers, selector.shift(), call.position())
            .evaluate(
                new Around("info", List.of(), false, false), InstantSelection.Reading.NUMBER_TIME);
    return identified(times, identities);
  }

  private Set<String> values(StepMatrix base, String name) {
    Set<String> values = new TreeSet<>();
    for (int row = 0; row < base.size(); row++) {
      String value = base.labels(row).get(name);
      if (value != null && !isInfo(base.labels(row))) {
        values.add(value);
      }
    }
    return values;
  }

  /** Returns a matcher that spares the source series of no use, unless it would be a long one. */
  private static @Nullable Matcher oneOf(String name, Set<String> values) {
    if (values.isEmpty() || values.size() > MOST_VALUES) {
      return null;
    }
    StringBuilder pattern = new StringBuilder();
    for (String value : values) {
      pattern.append(pattern.isEmpty() ? "" : "|");
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        pattern.append("\\.+*?()[]{}|^$".indexOf(c) < 0 ? "" : "\\").append(c);
      }
    }
    return pattern.length() > AnchoredRegex.MAX_LENGTH
        ? null
        : new Matcher(name, MatcherType.REGEX, pattern.toString());
  }

  /** Returns the rows whose identifying labels have values that the base has, too. */
  private StepMatrix identified(StepMatrix times, List<Set<String>> identities)
      throws EvaluationException {
    int[] kept = new int[times.size()];
    int count = 0;
    for (int row = 0; row < times.size(); row++) {
      boolean known = true;
      for (int i = 0; i < IDENTIFYING.size(); i++) {
        Set<String> values = identities.get(i);
        String value = times.labels(row).getOrEmpty(IDENTIFYING.get(i));
        known &= values.isEmpty() || values.contains(value);
      }
      if (known) {
        kept[count++] = row;
      }
    }
    StepMatrix rows = times.rows(kept, count);
    for (int row = 0; row < rows.size(); row++) {
      for (int step = 0; step < rows.steps(); step++) {
        if (rows.histogram(row, step) != null) {
          throw new EvaluationException(
              EvaluationException.Kind.EXECUTION,
              "this should be an info metric, with float samples: " + rows.labels(row),
              call.position());
        }
      }
    }
    return rows;
  }
}
