package dev.guanlan.promql.engine;

import dev.guanlan.promql.Aggregator;
import dev.guanlan.promql.Expression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Evaluates {@code topk} and {@code bottomk}, which keep some of the series they are given. */
final class Selection {

  private final Query query;
  private final Expression.Aggregate aggregate;
  private final StepMatrix input;
  private final boolean greatest;
  private final List<BoundedHeap> heaps = new ArrayList<>();

  Selection(Query query, Expression.Aggregate aggregate, StepMatrix input) {
    this.query = query;
    this.aggregate = aggregate;
    this.input = input;
    this.greatest = aggregate.aggregator() == Aggregator.TOPK;
  }

  StepMatrix evaluate(StepMatrix parameter) throws EvaluationException {
    ParameterRange range = ParameterRange.of(parameter);
    if (range.asksForNone()) {
      return new StepMatrix(input.steps(), 0);
    }
    range.checkCounts(aggregate.position());
    Aggregation.ignoreHistograms(query, aggregate, input, aggregate.position());
    Grouping grouping = new Grouping(aggregate.grouping(), aggregate.without());
    int[] groups = grouping.of(input);
    for (int group = 0; group < grouping.count(); group++) {
      heaps.add(new BoundedHeap(input.values(), greatest));
    }
    if (input.steps() == 1) {
      return sorted(parameter.value(0, 0), groups);
    }
    StepMatrix result = copyOfLabels();
    for (int step = 0; step < input.steps(); step++) {
      pick(step, parameter.value(0, step), groups);
      for (BoundedHeap heap : heaps) {
        for (int i = 0; i < heap.size(); i++) {
          result.values()[heap.cell(i)] = input.values()[heap.cell(i)];
        }
      }
    }
    result.removeEmpty();
    return result;
  }

  private StepMatrix copyOfLabels() throws EvaluationException {
    query.budget().spend((long) input.size() * input.steps(), aggregate.position());
    StepMatrix copy = new StepMatrix(input.steps(), input.size());
    for (int row = 0; row < input.size(); row++) {
      copy.addAbsent(input.labels(row), input.nameDropped(row));
    }
    return copy;
  }

  private void pick(int step, double parameter, int[] groups) {
    int k = (int) Math.min(parameter, input.size());
    for (BoundedHeap heap : heaps) {
      heap.clear(k);
    }
    if (k < 1) {
      return;
    }
    for (int row = 0; row < input.size(); row++) {
      if (input.isPresent(row, step)) {
        heaps.get(groups[row]).offer(input.offset(row) + step);
      }
    }
  }

  /** Picks at the only step, group by group, the best first. */
  private StepMatrix sorted(double parameter, int[] groups) {
    pick(0, parameter, groups);
    int[] order = new int[input.size()];
    int count = 0;
    for (BoundedHeap heap : heaps) {
      int end = count + heap.size();
      for (int i = end - 1; i >= count; i--) {
        order[i] = heap.poll();
      }
      count = end;
    }
    return input.rows(Arrays.copyOf(order, count), count);
  }
}
