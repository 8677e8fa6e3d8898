package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Evaluates {@code info}: adds to series the labels of the info series that belong to them by
 * instance and job ({@code combineWithInfoSeries} in Prometheus' {@code promql/info.go}).
 *
 * <p>Which info series belong to a series is found once; only which of them is the newest is looked
 * up at each step, and the labels are put together once for each choice that occurs.
 */
final class Enrichment {

  private final Query query;
  private final Expression.Call call;
  private final StepMatrix base;
  private final InfoSelection selection;

  /** Names of the labels that may be added; all if it is empty. */
  private final Set<String> wanted = new HashSet<>();

  private final boolean keepsUnmatched;

  /** Info series that can stand for each other, by what is common to them: name and identity. */
  private final Map<Labels, InfoGroup> groups = new HashMap<>();

  private final Set<String> names = new HashSet<>();
  private final List<String> sortedNames = new ArrayList<>();
  private StepMatrix times = new StepMatrix(0, 0);

  Enrichment(Query query, Grid grid, Expression.Call call, StepMatrix base) {
    this.query = query;
    this.call = call;
    this.base = base;
    this.selection = new InfoSelection(query, grid, call);
    boolean allMatchEmpty = true;
    for (Matcher matcher : selection.data()) {
      wanted.add(matcher.name());
      allMatchEmpty &= matcher.matchesEmpty();
    }
    this.keepsUnmatched = allMatchEmpty;
  }

  StepMatrix evaluate() throws EvaluationException {
    times = selection.select(base);
    for (int row = 0; row < times.size(); row++) {
      Labels labels = times.labels(row);
      groups
          .computeIfAbsent(signature(labels.metricName(), labels), key -> new InfoGroup())
          .rows
          .add(row);
      names.add(labels.metricName());
    }
    sortedNames.addAll(names);
    sortedNames.sort(null);
    for (InfoGroup group : groups.values()) {
      if (group.rows.size() > 1) {
        query.budget().spend(times.steps(), call.position());
        group.newest = newest(group);
      }
    }
    StepMatrix result = StepMatrix.growing(base.steps());
    for (int row = 0; row < base.size(); row++) {
      if (selection.isInfo(base.labels(row))) {
        query.budget().spend(base.steps(), call.position());
        int unchanged = result.addAbsent(base.labels(row), base.nameDropped(row));
        for (int step = 0; step < base.steps(); step++) {
          move(row, step, result, unchanged);
        }
      } else {
        enrich(row, result);
      }
    }
    result.removeEmpty();
    return Query.merged(result, call.position());
  }

  private static Labels signature(String name, Labels labels) {
    return LabelSets.keeping(labels, InfoSelection.IDENTIFYING).with(Labels.METRIC_NAME, name);
  }

  /** Returns the row of the newest sample at each step, or -1. */
  private int[] newest(InfoGroup group) throws EvaluationException {
    int[] newest = new int[times.steps()];
    for (int step = 0; step < newest.length; step++) {
      newest[step] = -1;
      if (!anyBase(step)) {
        continue;
      }
      for (int row : group.rows) {
        if (!times.isPresent(row, step)) {
          continue;
        }
        int known = newest[step];
        if (known >= 0 && times.value(known, step) == times.value(row, step)) {
          throw duplicates(known, row, step);
        }
        if (known < 0 || times.value(row, step) > times.value(known, step)) {
          newest[step] = row;
        }
      }
    }
    return newest;
  }

  private boolean anyBase(int step) {
    for (int row = 0; row < base.size(); row++) {
      if (base.isPresent(row, step)) {
        return true;
      }
    }
    return false;
  }

  private EvaluationException duplicates(int known, int row, int step) {
    long millis = Math.round(times.value(row, step) * 1e3);
    return failure(
        "found duplicate series for info metric: existing "
            + times.labels(known)
            + " @ "
            + millis
            + ", new "
            + times.labels(row)
            + " @ "
            + millis);
  }

  private EvaluationException failure(String message) {
    return new EvaluationException(EvaluationException.Kind.EXECUTION, message, call.position());
  }

  /** Adds the rows that a series becomes: one for each choice of info series. */
  private void enrich(int row, StepMatrix result) throws EvaluationException {
    List<InfoGroup> candidates = new ArrayList<>();
    for (String name : sortedNames) {
      InfoGroup group = groups.get(signature(name, base.labels(row)));
      if (group != null) {
        candidates.add(group);
      }
    }
    Map<List<Integer>, Integer> resultRows = new HashMap<>();
    Integer[] chosen = new Integer[candidates.size()];
    Integer[] last = new Integer[0];
    int resultRow = -1;
    for (int step = 0; step < base.steps(); step++) {
      if (!base.isPresent(row, step)) {
        continue;
      }
      boolean matched = false;
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = candidates.get(i).at(times, step);
        matched |= chosen[i] >= 0;
      }
      if (!matched && !keepsUnmatched) {
        continue;
      }
      if (resultRow < 0 || !Arrays.equals(chosen, last)) {
        last = chosen.clone();
        Integer known = resultRows.get(Arrays.asList(last));
        if (known == null) {
          query.budget().spend(base.steps(), call.position());
          known = result.addAbsent(enriched(base.labels(row), last), base.nameDropped(row));
          resultRows.put(Arrays.asList(last), known);
        }
        resultRow = known;
      }
      move(row, step, result, resultRow);
    }
  }

  private void move(int row, int step, StepMatrix result, int resultRow) {
    Histogram histogram = base.histogram(row, step);
    if (histogram == null) {
      result.setValue(resultRow, step, base.value(row, step));
    } else {
      result.setHistogram(resultRow, step, histogram);
    }
  }

  private Labels enriched(Labels labels, Integer[] infoRows) throws EvaluationException {
    Map<String, String> added = new HashMap<>();
    for (int infoRow : infoRows) {
      if (infoRow < 0) {
        continue;
      }
      Labels info = times.labels(infoRow);
      for (int i = 0; i < info.size(); i++) {
        String name = info.name(i);
        if (name.equals(Labels.METRIC_NAME) || (!wanted.isEmpty() && !wanted.contains(name))) {
          continue;
        }
        String known = added.get(name);
        if (known != null && !known.equals(info.value(i))) {
          throw failure("conflicting label: " + name);
        }
        if (labels.get(name) == null) {
          added.put(name, info.value(i));
        }
      }
    }
    if (added.isEmpty()) {
      return labels;
    }
    Map<String, String> all = labels.toMap();
    all.putAll(added);
    return Labels.of(all);
  }

  /** Is the info series of one metric and identity. */
  private static final class InfoGroup {

    private final List<Integer> rows = new ArrayList<>(1);

    /** The row to take at each step, or -1; empty if there is but one. */
    private int[] newest = new int[0];

    int at(StepMatrix times, int step) {
      if (rows.size() > 1) {
        return newest[step];
      }
      return times.isPresent(rows.get(0), step) ? rows.get(0) : -1;
    }
  }
}
