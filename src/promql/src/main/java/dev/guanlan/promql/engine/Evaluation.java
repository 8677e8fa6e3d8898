package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Aggregator;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Extension;
import dev.guanlan.promql.Function;
import dev.guanlan.promql.LabelNames;
import dev.guanlan.promql.Quoting;
import dev.guanlan.promql.Trees;
import dev.guanlan.promql.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Evaluates a tree from the leaves up, each node for all steps of a grid at once. */
final class Evaluation {

  private final Query query;

  Evaluation(Query query) {
    this.query = query;
  }

  /** Evaluates a scalar or an instant vector. */
  StepMatrix evaluate(Expression expression, Grid grid) throws EvaluationException {
    return evaluate(expression, grid, Around.NOTHING);
  }

  private StepMatrix evaluate(Expression expression, Grid grid, Around around)
      throws EvaluationException {
    query.budget().spend(grid.steps(), expression.position());
    StepMatrix matrix = compute(expression, grid, around);
    // Functions over ranges have paid for theirs, and other functions make none.
    if (!(expression instanceof Expression.Call || expression instanceof Expression.Parentheses)) {
      query.budget().holdHistograms(matrix, expression.position());
    }
    return matrix;
  }

  private StepMatrix compute(Expression expression, Grid grid, Around around)
      throws EvaluationException {
    if (expression instanceof Expression.NumberLiteral number) {
      return StepMatrix.scalar(grid.steps(), number.value());
    } else if (expression instanceof Expression.Parentheses parentheses) {
      return evaluate(parentheses.inner(), grid, around);
    } else if (expression instanceof Expression.VectorSelector selector) {
      return selector.extension() == Extension.SMOOTHED
          ? new SmoothedSelection(query, grid, selector).evaluate(around)
          : new InstantSelection(query, grid, selector)
              .evaluate(around, InstantSelection.Reading.VALUE);
    } else if (expression instanceof Expression.Unary unary) {
      return evaluateUnary(unary, grid);
    } else if (expression instanceof Expression.Binary binary) {
      return evaluateBinary(binary, grid);
    } else if (expression instanceof Expression.Aggregate aggregate) {
      return evaluateAggregate(aggregate, grid, around);
    } else if (expression instanceof Expression.Call call) {
      return evaluateCall(call, grid, around);
    }
    throw new EvaluationException(
        EvaluationException.Kind.EXECUTION,
        "a " + expression.type().text() + " has no value at a step",
        expression.position());
  }

  private StepMatrix evaluateUnary(Expression.Unary unary, Grid grid) throws EvaluationException {
    StepMatrix matrix = evaluate(unary.operand(), grid);
    if (!unary.negative()) {
      return matrix;
    }
    double[] values = matrix.values();
    for (int row = 0; row < matrix.size(); row++) {
      for (int i = matrix.offset(row); i < matrix.offset(row) + grid.steps(); i++) {
        if (!StepMatrix.isAbsent(values[i])) {
          values[i] = -values[i];
        }
      }
      if (matrix.hasHistograms()) {
        negateHistograms(matrix, row);
      }
      if (unary.type() != ValueType.SCALAR) {
        query.dropName(matrix, row);
      }
    }
    return query.mergedUnlessDelayed(matrix, unary.position());
  }

  private static void negateHistograms(StepMatrix matrix, int row) {
    for (int step = 0; step < matrix.steps(); step++) {
      Histogram histogram = matrix.histogram(row, step);
      if (histogram != null) {
        matrix.setHistogram(row, step, histogram.multiply(-1));
      }
    }
  }

  private StepMatrix evaluateBinary(Expression.Binary binary, Grid grid)
      throws EvaluationException {
    StepMatrix left = evaluate(binary.left(), grid);
    StepMatrix right = evaluate(binary.right(), grid);
    boolean leftScalar = binary.left().type() == ValueType.SCALAR;
    boolean rightScalar = binary.right().type() == ValueType.SCALAR;
    if (leftScalar && rightScalar) {
      return ScalarOperations.ofScalars(binary, left, right);
    } else if (rightScalar) {
      return ScalarOperations.ofVectorAndScalar(query, binary, left, right, false);
    } else if (leftScalar) {
      return ScalarOperations.ofVectorAndScalar(query, binary, right, left, true);
    } else if (binary.operator().isSet()) {
      return new SetOperations(query, binary, left, right).evaluate();
    }
    return new VectorOperations(query, binary, left, right).evaluate();
  }

  private StepMatrix evaluateAggregate(Expression.Aggregate aggregate, Grid grid, Around outer)
      throws EvaluationException {
    Aggregator aggregator = aggregate.aggregator();
    Expression parameter = aggregate.parameter();
    StepMatrix parameterValues =
        parameter == null || parameter.type() == ValueType.STRING
            ? null
            : evaluate(parameter, grid);
    Around around =
        new Around(
            aggregator.text(), aggregate.grouping(), !aggregate.without(), outer.statistics());
    StepMatrix input = evaluate(aggregate.expression(), grid, around);
    if (aggregator == Aggregator.LIMITK || aggregator == Aggregator.LIMIT_RATIO) {
      return new LimitedSelection(query, aggregate, input)
          .evaluate(Objects.requireNonNull(parameterValues));
    }
    if (aggregator.selectsSeries()) {
      return new Selection(query, aggregate, input)
          .evaluate(Objects.requireNonNull(parameterValues));
    }
    Aggregation aggregation = new Aggregation(query, aggregate, input);
    if (parameter != null && Trees.unwrap(parameter) instanceof Expression.StringLiteral label) {
      if (!LabelNames.isValid(label.value())) {
        throw new EvaluationException(
            EvaluationException.Kind.EXECUTION,
            "invalid label name " + Quoting.quoted(label.value()),
            label.position());
      }
      return aggregation.countValues(label.value());
    }
    return aggregation.evaluate(parameterValues);
  }

  private StepMatrix evaluateCall(Expression.Call call, Grid grid, Around outer)
      throws EvaluationException {
    Function function = call.function();
    Around around = outer.inside(function);
    if (RangeFunctions.of(function) != null) {
      return evaluateOverRange(call, grid, around);
    }
    if (function == Function.START_TIMESTAMP
        || (function == Function.TIMESTAMP && selectorIn(call) != null)) {
      return evaluateTimes(call, grid, around);
    }
    if (function == Function.INFO) {
      StepMatrix base = evaluate(call.arguments().get(0), grid, around);
      return new Enrichment(query, grid, call, base).evaluate();
    }
    List<StepMatrix> arguments = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      if (argument.type() != ValueType.STRING) {
        arguments.add(evaluate(argument, grid, around));
      }
    }
    return new Calls(query, grid, call, arguments.toArray(StepMatrix[]::new)).evaluate();
  }

  /** Evaluates a function of what only the samples of a selector have, and nothing computed. */
  private StepMatrix evaluateTimes(Expression.Call call, Grid grid, Around around)
      throws EvaluationException {
    Expression.VectorSelector selector = selectorIn(call);
    boolean starts = call.function() == Function.START_TIMESTAMP;
    if (selector == null || (starts && !query.options().startTimestamps())) {
      return new StepMatrix(grid.steps(), 0);
    }
    StepMatrix matrix =
        new InstantSelection(query, grid, selector)
            .evaluate(
                around, starts ? InstantSelection.Reading.START : InstantSelection.Reading.TIME);
    for (int row = 0; row < matrix.size(); row++) {
      query.dropName(matrix, row);
    }
    return query.mergedUnlessDelayed(matrix, call.position());
  }

  private static Expression.@Nullable VectorSelector selectorIn(Expression.Call call) {
    Expression argument = Trees.unwrap(call.arguments().get(0));
    return argument instanceof Expression.VectorSelector selector ? selector : null;
  }

  private StepMatrix evaluateOverRange(Expression.Call call, Grid grid, Around around)
      throws EvaluationException {
    List<StepMatrix> parameters = new ArrayList<>();
    Expression over = call;
    for (Expression argument : call.arguments()) {
      if (argument.type() == ValueType.RANGE_VECTOR) {
        over = Trees.unwrap(argument);
      } else {
        parameters.add(evaluate(argument, grid));
      }
    }
    StepMatrix[] scalars = parameters.toArray(StepMatrix[]::new);
    StepMatrix result;
    if (over instanceof Expression.RangeSelector range) {
      RangeSelection selection = new RangeSelection(query, grid, range);
      SeriesSet series = selection.select(range, around);
      result = selection.apply(series, call, around.statistics(), scalars);
    } else if (over instanceof Expression.Subquery subquery) {
      result = evaluateOverSubquery(subquery, call, scalars, grid);
    } else {
      throw new IllegalStateException(call + " has no range");
    }
    return new RangeResults(query, call, over).finish(result, scalars);
  }

  private StepMatrix evaluateOverSubquery(
      Expression.Subquery subquery, Expression.Call call, StepMatrix[] scalars, Grid grid)
      throws EvaluationException {
    Grid inner = subqueryGrid(subquery, grid);
    StepMatrix samples = evaluateSubquery(subquery, inner);
    // A subquery may leave samples out, or repeat them.
    CounterResets.forget(samples);
    return new RangeSelection(query, grid, subquery)
        .apply(new MatrixSeriesSet(samples, inner), call, false, scalars);
  }

  StepMatrix evaluateSubquery(Expression.Subquery subquery, Grid inner) throws EvaluationException {
    return inner.steps() == 0
        ? new StepMatrix(0, 0)
        : evaluate(subquery.expression(), inner, Around.NOTHING);
  }

  /** Returns the steps of a subquery: multiples of its step, in the ranges before all steps. */
  Grid subqueryGrid(Expression.Subquery subquery, Grid grid) {
    long step =
        subquery.stepMillis() == 0 ? query.options().subqueryStepMillis() : subquery.stepMillis();
    long end = query.shifted(subquery.shift(), grid.endMillis());
    long begin = query.shifted(subquery.shift(), grid.startMillis()) - subquery.rangeMillis();
    long start = Math.floorDiv(begin, step) * step + step;
    long steps = end < start ? 0 : (end - start) / step + 1;
    return new Grid(start, step, (int) Math.min(steps, Integer.MAX_VALUE));
  }
}
