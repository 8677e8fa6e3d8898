package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Aggregator;
import dev.guanlan.promql.Expression;
import org.jspecify.annotations.Nullable;

/** Aggregates rows into groups, which stay as long as the rows do. */
final class StandingAggregate extends StandingNode {

  private final Expression.Aggregate aggregate;
  private final Aggregator aggregator;
  private final StandingNode input;
  private final @Nullable StandingNode parameter;
  private Labels[] inputLabels = {};
  private int[] groups = {};
  private int[] sizes = {};

  StandingAggregate(
      Expression.Aggregate aggregate, StandingNode input, @Nullable StandingNode parameter) {
    this.aggregate = aggregate;
    this.aggregator = aggregate.aggregator();
    this.input = input;
    this.parameter = parameter;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    if (!input.refresh(tick) || (parameter != null && !parameter.refresh(tick))) {
      return false;
    }
    if (!input.inOrder && dependsOnOrder()) {
      return false;
    }
    if (input.labels != inputLabels) {
      inputLabels = input.labels;
      group();
    }
    tick.query().budget().spend(labels.length, aggregate.position());
    room(labels.length);
    if (parameter == null) {
      accumulate();
    } else {
      quantiles(parameter.scalar());
    }
    return true;
  }

  private boolean dependsOnOrder() {
    return switch (aggregator) {
      case COUNT, GROUP, QUANTILE -> false;
      default -> true;
    };
  }

  private void group() {
    Grouping grouping = new Grouping(aggregate.grouping(), aggregate.without());
    groups = grouping.of(inputLabels);
    labels = new Labels[grouping.count()];
    sizes = new int[labels.length];
    for (int group = 0; group < labels.length; group++) {
      labels[group] = grouping.labels(group);
    }
    for (int group : groups) {
      sizes[group]++;
    }
  }

  private void accumulate() {
    Accumulator cells = Accumulator.of(aggregator, labels.length);
    double[] from = input.values;
    boolean ascending = true;
    int newest = -1;
    // hot: once for each row; must not allocate.
    for (int row = 0; row < groups.length; row++) {
      double value = from[row];
      if (!StepMatrix.isAbsent(value)) {
        int group = groups[row];
        if (cells.counts[group] == 0) {
          ascending &= group > newest;
          newest = group;
        }
        cells.add(group, value);
      }
    }
    inOrder = ascending && input.inOrder;
    for (int group = 0; group < labels.length; group++) {
      values[group] = cells.counts[group] > 0 ? cells.result(group) : StepMatrix.ABSENT;
    }
  }

  private void quantiles(double q) {
    double[][] members = new double[sizes.length][];
    int[] taken = new int[sizes.length];
    boolean ascending = true;
    int newest = -1;
    for (int row = 0; row < groups.length; row++) {
      double value = input.values[row];
      if (!StepMatrix.isAbsent(value)) {
        int group = groups[row];
        if (taken[group] == 0) {
          members[group] = new double[sizes[group]];
          ascending &= group > newest;
          newest = group;
        }
        members[group][taken[group]++] = value;
      }
    }
    inOrder = ascending && input.inOrder;
    for (int group = 0; group < sizes.length; group++) {
      values[group] = StepMatrix.ABSENT;
      if (taken[group] > 0) {
        Quantiles.sort(members[group], taken[group]);
        values[group] = Quantiles.of(q, members[group], taken[group]);
      }
    }
  }
}
