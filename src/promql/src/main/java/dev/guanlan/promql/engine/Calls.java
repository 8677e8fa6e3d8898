package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Function;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Evaluates functions whose arguments are instant vectors and scalars, given their values. */
final class Calls {

  private final Query query;
  private final Grid grid;
  private final Expression.Call call;
  private final StepMatrix[] arguments;

  /** Takes the values of the arguments over, which it may change in place. */
  Calls(Query query, Grid grid, Expression.Call call, StepMatrix[] arguments) {
    this.query = query;
    this.grid = grid;
    this.call = call;
    this.arguments = arguments;
  }

  StepMatrix evaluate() throws EvaluationException {
    Function function = call.function();
    DoubleUnaryOperator operator = PointFunctions.of(function);
    if (operator != null) {
      return mapped(operator);
    }
    operator = PointFunctions.ofDate(function);
    if (operator != null) {
      return arguments.length == 0 ? ofTime(operator) : mapped(operator);
    }
    return switch (function) {
      case TIME -> secondsOfSteps();
      case START -> constant(query.startMillis() / 1e3);
      case END -> constant(query.endMillis() / 1e3);
      case RANGE -> constant((query.endMillis() - query.startMillis()) / 1e3);
      case STEP -> constant(query.stepMillis() / 1e3);
      case PI -> StepMatrix.scalar(grid.steps(), Math.PI);
      case MIN_OF -> ofTwo(Math::min);
      case MAX_OF -> ofTwo(Math::max);
      case SCALAR_ -> toScalar();
      case VECTOR -> arguments[0];
      case TIMESTAMP -> evaluationTimes();
      case CLAMP -> clamped(arguments[1], arguments[2]);
      case CLAMP_MIN -> clamped(arguments[1], constant(Double.POSITIVE_INFINITY));
      case CLAMP_MAX -> clamped(constant(Double.NEGATIVE_INFINITY), arguments[1]);
      case ROUND -> rounded(arguments.length > 1 ? arguments[1] : constant(1));
      case ABSENT -> absent(arguments[0], call.arguments().get(0));
      case HISTOGRAM_COUNT,
          HISTOGRAM_SUM,
          HISTOGRAM_AVG,
          HISTOGRAM_STDDEV,
          HISTOGRAM_STDVAR,
          HISTOGRAM_QUANTILE,
          HISTOGRAM_QUANTILES,
          HISTOGRAM_FRACTION ->
          new HistogramFunctions(query, grid, call, arguments).evaluate();
      case SORT -> sorted(false);
      case SORT_DESC -> sorted(true);
      case SORT_BY_LABEL -> sortedByLabel(false);
      case SORT_BY_LABEL_DESC -> sortedByLabel(true);
      case LABEL_REPLACE -> LabelFunctions.replace(query, call, arguments[0]);
      case LABEL_JOIN -> LabelFunctions.join(query, call, arguments[0]);
      default ->
          throw new IllegalStateException(
              function.text() + " is evaluated elsewhere or not at all");
    };
  }

  private StepMatrix constant(double value) {
    return StepMatrix.scalar(grid.steps(), value);
  }

  private StepMatrix ofTwo(DoubleBinaryOperator operator) {
    double[] values = arguments[0].values();
    for (int step = 0; step < grid.steps(); step++) {
      values[step] = operator.applyAsDouble(values[step], arguments[1].value(0, step));
    }
    return arguments[0];
  }

  private StepMatrix secondsOfSteps() {
    StepMatrix seconds = constant(0);
    for (int step = 0; step < grid.steps(); step++) {
      seconds.values()[step] = grid.millis(step) / 1e3;
    }
    return seconds;
  }

  private StepMatrix ofTime(DoubleUnaryOperator operator) {
    StepMatrix times = constant(0);
    for (int step = 0; step < grid.steps(); step++) {
      times.values()[step] =
          operator.applyAsDouble((double) Math.floorDiv(grid.millis(step), 1_000L));
    }
    return times;
  }

  /** Returns the first argument without its histograms, which functions of numbers ignore. */
  private StepMatrix numbers() {
    StepMatrix vector = arguments[0];
    if (vector.hasHistograms()) {
      vector.removeHistograms();
      vector.removeEmpty();
    }
    return vector;
  }

  private StepMatrix mapped(DoubleUnaryOperator operator) throws EvaluationException {
    StepMatrix vector = numbers();
    double[] values = vector.values();
    for (int row = 0; row < vector.size(); row++) {
      for (int i = vector.offset(row); i < vector.offset(row) + grid.steps(); i++) {
        if (!StepMatrix.isAbsent(values[i])) {
          values[i] = operator.applyAsDouble(values[i]);
        }
      }
    }
    return nameless(vector);
  }

  private StepMatrix nameless(StepMatrix vector) throws EvaluationException {
    for (int row = 0; row < vector.size(); row++) {
      query.dropName(vector, row);
    }
    return query.mergedUnlessDelayed(vector, call.position());
  }

  private StepMatrix clamped(StepMatrix least, StepMatrix most) throws EvaluationException {
    StepMatrix vector = numbers();
    double[] values = vector.values();
    for (int row = 0; row < vector.size(); row++) {
      for (int step = 0; step < grid.steps(); step++) {
        int cell = vector.offset(row) + step;
        if (most.value(0, step) < least.value(0, step)) {
          values[cell] = StepMatrix.ABSENT;
        } else if (!StepMatrix.isAbsent(values[cell])) {
          values[cell] =
              PointFunctions.clamp(values[cell], least.value(0, step), most.value(0, step));
        }
      }
    }
    vector.removeEmpty();
    return nameless(vector);
  }

  private StepMatrix rounded(StepMatrix toNearest) throws EvaluationException {
    StepMatrix vector = numbers();
    double[] values = vector.values();
    for (int row = 0; row < vector.size(); row++) {
      for (int step = 0; step < grid.steps(); step++) {
        int cell = vector.offset(row) + step;
        if (!StepMatrix.isAbsent(values[cell])) {
          values[cell] = PointFunctions.round(values[cell], toNearest.value(0, step));
        }
      }
    }
    return nameless(vector);
  }

  private StepMatrix evaluationTimes() throws EvaluationException {
    StepMatrix vector = arguments[0];
    for (int row = 0; row < vector.size(); row++) {
      for (int step = 0; step < grid.steps(); step++) {
        if (vector.isPresent(row, step)) {
          vector.setValue(row, step, grid.millis(step) / 1e3);
        }
      }
    }
    return nameless(vector);
  }

  private StepMatrix toScalar() {
    StepMatrix vector = numbers();
    StepMatrix scalar = constant(Double.NaN);
    for (int step = 0; step < grid.steps(); step++) {
      int found = 0;
      for (int row = 0; row < vector.size(); row++) {
        if (vector.isPresent(row, step)) {
          found++;
          scalar.values()[step] = vector.value(row, step);
        }
      }
      if (found != 1) {
        scalar.values()[step] = Double.NaN;
      }
    }
    return scalar;
  }

  private StepMatrix sorted(boolean descending) {
    StepMatrix vector = numbers();
    if (isSortingVain()) {
      return vector;
    }
    BoundedHeap heap = new BoundedHeap(vector.values(), descending);
    heap.clear(vector.size());
    for (int row = 0; row < vector.size(); row++) {
      heap.offer(row);
    }
    int[] order = new int[vector.size()];
    for (int i = order.length - 1; i >= 0; i--) {
      order[i] = heap.poll();
    }
    return vector.rows(order, order.length);
  }

  private StepMatrix sortedByLabel(boolean descending) {
    return isSortingVain() ? arguments[0] : LabelFunctions.sorted(call, arguments[0], descending);
  }

  /** Tells whether the order of series is lost anyway, and says so to the query's author. */
  private boolean isSortingVain() {
    if (grid.steps() == 1) {
      return false;
    }
    query
        .annotations()
        .warn(
            "PromQL warning: sort is ineffective for range queries since results are always"
                + " ordered by labels",
            call.position());
    return true;
  }

  /** Returns 1 where no series has a value, with the labels that the selector pins down. */
  static StepMatrix absent(StepMatrix vector, Expression argument) {
    StepMatrix result = new StepMatrix(vector.steps(), 1);
    result.addAbsent(pinnedLabels(argument), false);
    for (int step = 0; step < vector.steps(); step++) {
      boolean found = false;
      for (int row = 0; row < vector.size() && !found; row++) {
        found = vector.isPresent(row, step);
      }
      if (!found) {
        result.values()[step] = 1;
      }
    }
    result.removeEmpty();
    return result;
  }

  /** Returns the labels that a selector pins down; none of anything else. */
  static Labels pinnedLabels(Expression argument) {
    List<Matcher> matchers = List.of();
    if (argument instanceof Expression.VectorSelector selector) {
      matchers = selector.matchers();
    } else if (argument instanceof Expression.RangeSelector range) {
      matchers = range.selector().matchers();
    }
    Map<String, String> pinned = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME) || matcher.leaf() != Matcher.NO_LEAF) {
        continue;
      }
      if (matcher.type() == MatcherType.EQUAL && seen.add(matcher.name())) {
        pinned.put(matcher.name(), matcher.value());
      } else {
        pinned.remove(matcher.name());
      }
    }
    return Labels.of(pinned);
  }
}
