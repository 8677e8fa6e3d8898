package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Aggregator;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Position;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Evaluates aggregations that make new series of the groups. */
final class Aggregation {

  private final Query query;
  private final Expression.Aggregate aggregate;
  private final StepMatrix input;
  private final Grouping grouping;

  Aggregation(Query query, Expression.Aggregate aggregate, StepMatrix input) {
    this.query = query;
    this.aggregate = aggregate;
    this.input = input;
    this.grouping = new Grouping(aggregate.grouping(), aggregate.without());
  }

  /**
   * Evaluates the aggregation.
   *
   * @param parameter values of the scalar parameter, or null
   */
  StepMatrix evaluate(@Nullable StepMatrix parameter) throws EvaluationException {
    int[] groups = grouping.of(input);
    query.budget().spend((long) grouping.count() * input.steps(), aggregate.position());
    StepMatrix result;
    if (input.hasHistograms() && addsHistograms()) {
      result = accumulatedMixed(groups);
    } else {
      if (input.hasHistograms() && !countsHistograms()) {
        ignoreHistograms(query, aggregate, input, aggregate.expression().position());
      }
      result = parameter == null ? accumulated(groups) : quantiles(groups, parameter);
    }
    for (int row = 0; row < input.size(); row++) {
      if (input.nameDropped(row)) {
        result.setNameDropped(groups[row], true);
      }
    }
    result.removeEmpty();
    return result;
  }

  private boolean addsHistograms() {
    return aggregate.aggregator() == Aggregator.SUM || aggregate.aggregator() == Aggregator.AVG;
  }

  private boolean countsHistograms() {
    return aggregate.aggregator() == Aggregator.COUNT || aggregate.aggregator() == Aggregator.GROUP;
  }

  /** Takes histograms away from an aggregation that means nothing to them. */
  static void ignoreHistograms(
      Query query, Expression.Aggregate aggregate, StepMatrix input, Position position) {
    if (input.removeHistograms()) {
      query
          .annotations()
          .inform(
              "PromQL info: ignored histogram in " + aggregate.aggregator().text() + " aggregation",
              position);
    }
  }

  /**
   * Accumulates step by step, so that no more sums of histograms are held at a time than there are
   * groups.
   */
  private StepMatrix accumulatedMixed(int[] groups) {
    StepMatrix result = empty();
    MixedAccumulator cells =
        new MixedAccumulator(
            aggregate.aggregator(),
            grouping.count(),
            query.annotations(),
            aggregate.expression().position());
    for (int step = 0; step < input.steps(); step++) {
      for (int row = 0; row < input.size(); row++) {
        Histogram histogram = input.histogram(row, step);
        if (histogram != null) {
          cells.add(groups[row], histogram, input.labels(row));
        } else if (input.isPresent(row, step)) {
          cells.add(groups[row], input.value(row, step));
        }
      }
      cells.finish(result, step);
    }
    return result;
  }

  private StepMatrix accumulated(int[] groups) {
    int steps = input.steps();
    Aggregator aggregator = aggregate.aggregator();
    Accumulator cells = Accumulator.of(aggregator, Math.multiplyExact(steps, grouping.count()));
    double[] values = input.values();
    for (int row = 0; row < input.size(); row++) {
      int offset = input.offset(row);
      int cell = groups[row] * steps;
      for (int step = 0; step < steps; step++) {
        double value = values[offset + step];
        if (!StepMatrix.isAbsent(value)) {
          cells.add(cell + step, value);
        }
      }
    }
    StepMatrix result = empty();
    for (int cell = 0; cell < cells.counts.length; cell++) {
      if (cells.counts[cell] > 0) {
        result.values()[cell] = cells.result(cell);
      }
    }
    return result;
  }

  private StepMatrix quantiles(int[] groups, StepMatrix parameter) {
    StepMatrix result = empty();
    Position position = Objects.requireNonNull(aggregate.parameter()).position();
    int[] sizes = new int[grouping.count()];
    for (int group : groups) {
      sizes[group]++;
    }
    double[][] members = new double[sizes.length][];
    Arrays.setAll(members, group -> new double[sizes[group]]);
    int[] taken = new int[sizes.length];
    for (int step = 0; step < input.steps(); step++) {
      double q = parameter.value(0, step);
      if (!Quantiles.isValid(q)) {
        query.annotations().warn(Quantiles.invalid(q), position);
      }
      Arrays.fill(taken, 0);
      for (int row = 0; row < input.size(); row++) {
        if (input.isPresent(row, step)) {
          int group = groups[row];
          members[group][taken[group]++] = input.value(row, step);
        }
      }
      for (int group = 0; group < members.length; group++) {
        if (taken[group] > 0) {
          Quantiles.sort(members[group], taken[group]);
          result.values()[result.offset(group) + step] =
              Quantiles.of(q, members[group], taken[group]);
        }
      }
    }
    return result;
  }

  private StepMatrix empty() {
    StepMatrix result = new StepMatrix(input.steps(), grouping.count());
    for (int group = 0; group < grouping.count(); group++) {
      result.addAbsent(grouping.labels(group), false);
    }
    return result;
  }

  /** Evaluates {@code count_values}, whose groups depend on the values. */
  StepMatrix countValues(String label) throws EvaluationException {
    StepMatrix result = StepMatrix.growing(input.steps());
    Grouping byValue = aggregate.without() ? grouping : withLabel(label);
    for (int row = 0; row < input.size(); row++) {
      double last = 0;
      int group = -1;
      for (int step = 0; step < input.steps(); step++) {
        double value = input.value(row, step);
        if (StepMatrix.isAbsent(value)) {
          continue;
        }
        Histogram histogram = input.histogram(row, step);
        if (group < 0 || histogram != null || Double.compare(value, last) != 0) {
          String text = histogram == null ? GoNumbers.format(value) : histogram.toString();
          group = byValue.number(input.labels(row).with(label, text));
          last = value;
        }
        while (result.size() <= group) {
          query.budget().spend(input.steps(), aggregate.position());
          result.addAbsent(byValue.labels(result.size()), false);
        }
        int cell = result.offset(group) + step;
        double count = result.values()[cell];
        result.values()[cell] = StepMatrix.isAbsent(count) ? 1 : count + 1;
        // The next number may be a NaN, too, which is no reason to count it as this histogram.
        group = histogram == null ? group : -1;
      }
    }
    return result;
  }

  private Grouping withLabel(String label) {
    String[] names = aggregate.grouping().toArray(new String[aggregate.grouping().size() + 1]);
    names[names.length - 1] = label;
    return new Grouping(Arrays.asList(names), false);
  }
}
