package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.Selectors;
import dev.guanlan.promql.engine.SampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.promql.engine.StaleMarker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells what the expressions of a group's rules find, apart from their evaluation: nobody needs it
 * at every tick.
 *
 * <p>Found is what lies within a selector's reach: of an offset and a subquery also what is nearer
 * than they look. A series whose newest sample says that it has ended counts as not found, also
 * where a range still reaches samples before.
 */
public final class RuleInputs {

  private final List<List<SelectedWindow>> windows;

  private RuleInputs(List<List<SelectedWindow>> windows) {
    this.windows = windows;
  }

  /**
   * Makes them for a group.
   *
   * @param lookbackMillis how far back an instant selector looks, in milliseconds
   */
  public static RuleInputs of(CompiledGroup group, long lookbackMillis) {
    List<List<SelectedWindow>> windows = new ArrayList<>();
    for (CompiledRule rule : group.rules()) {
      // Not the rule's own windows: those of its templates' queries are among them.
      windows.add(Selectors.of(rule.expression(), lookbackMillis));
    }
    return new RuleInputs(windows);
  }

  /**
   * Makes them for one part of a {@linkplain DecomposedGroup decomposed} group: its rules look at
   * their windows, and no template queries.
   */
  public static RuleInputs ofPart(CompiledGroup part) {
    return new RuleInputs(part.rules().stream().map(CompiledRule::windows).toList());
  }

  /** Returns what each rule's expression looks at, in the order of the rules. */
  public List<List<SelectedWindow>> windows() {
    return List.copyOf(windows);
  }

  /** Tells whether a rule's expression looks at samples at all. */
  public boolean selective(int rule) {
    return !windows.get(rule).isEmpty();
  }

  /** Tells whether a rule's expression selects a series, whatever samples there are. */
  public boolean selects(int rule, Labels series) {
    for (SelectedWindow window : windows.get(rule)) {
      if (Matcher.allMatch(window.matchers(), series)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns what a rule's expression finds.
   *
   * @param queryMillis when it is evaluated, in milliseconds since the epoch
   * @throws IOException if the samples cannot be read
   */
  public RuleInput find(int rule, SampleSource source, long queryMillis) throws IOException {
    long series = 0;
    long samples = 0;
    long newest = 0;
    for (SelectedWindow window : windows.get(rule)) {
      try (SeriesSet set = select(window, source, queryMillis)) {
        while (set.next()) {
          int end = end(window, set, queryMillis);
          int found = end - begin(window, set, queryMillis);
          if (found > 0 && !StaleMarker.is(set.values()[end - 1])) {
            series++;
            samples += found;
            newest = Math.max(newest, set.timestamps()[end - 1]);
          }
        }
      }
    }
    return new RuleInput(series, samples, newest);
  }

  /**
   * Tells whether a rule's expression finds anything.
   *
   * @throws IOException if the samples cannot be read
   */
  public boolean finds(int rule, SampleSource source, long queryMillis) throws IOException {
    for (SelectedWindow window : windows.get(rule)) {
      try (SeriesSet set = select(window, source, queryMillis)) {
        while (set.next()) {
          int end = end(window, set, queryMillis);
          if (begin(window, set, queryMillis) < end && !StaleMarker.is(set.values()[end - 1])) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static SeriesSet select(SelectedWindow window, SampleSource source, long queryMillis)
      throws IOException {
    SelectedWindow.Interval time = window.at(queryMillis);
    return source.select(
        window.matchers(),
        new SelectHints(time.afterMillis() + 1, time.toMillis(), 0, "", List.of(), false, 0));
  }

  /** Returns where a series' samples within the window begin; a source may give more. */
  private static int begin(SelectedWindow window, SeriesSet set, long queryMillis) {
    return indexAt(set, window.at(queryMillis).afterMillis() + 1);
  }

  private static int end(SelectedWindow window, SeriesSet set, long queryMillis) {
    return indexAt(set, window.at(queryMillis).toMillis() + 1);
  }

  /** Returns the index of the first sample that is not before a time. */
  private static int indexAt(SeriesSet set, long millis) {
    int found = Arrays.binarySearch(set.timestamps(), set.from(), set.to(), millis);
    return found >= 0 ? found : -found - 1;
  }
}
