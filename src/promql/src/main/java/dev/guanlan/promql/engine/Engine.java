package dev.guanlan.promql.engine;

import dev.guanlan.promql.DurationResolution;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Position;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.Trees;
import dev.guanlan.promql.ValueType;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Evaluates expressions. Immutable and thread-safe; a source serves one evaluation at a time unless
 * it says otherwise. Interrupting the thread cancels its evaluation.
 */
public final class Engine {

  private final EngineOptions options;
  private final LongSupplier nanoTime;

  /** Makes an engine. */
  public Engine(EngineOptions options) {
    this(options, System::nanoTime);
  }

  /** Makes an engine whose time limit is measured by another clock, in nanoseconds. */
  Engine(EngineOptions options, LongSupplier nanoTime) {
    this.options = options;
    this.nanoTime = nanoTime;
  }

  EngineOptions options() {
    return options;
  }

  /** Returns an engine that gives no query more time than a limit, which must be above 0. */
  public Engine within(Duration limit) {
    return limit.compareTo(options.limits().timeout()) >= 0
        ? this
        : new Engine(options.withTimeout(limit), nanoTime);
  }

  /**
   * Evaluates an expression at one time.
   *
   * @param timestampMillis milliseconds since the epoch
   * @throws EvaluationException if it cannot be evaluated, or costs more than it may
   */
  public Value instant(Expression expression, SampleSource source, long timestampMillis)
      throws EvaluationException {
    return instant(expression, source, timestampMillis, new Annotations());
  }

  /**
   * Evaluates an expression at one time, and collects remarks about it.
   *
   * @param timestampMillis milliseconds since the epoch
   * @throws EvaluationException if it cannot be evaluated, or costs more than it may
   */
  public Value instant(
      Expression expression, SampleSource source, long timestampMillis, Annotations annotations)
      throws EvaluationException {
    Expression resolved = resolved(expression, timestampMillis, timestampMillis, 0);
    Expression root = Trees.unwrap(resolved);
    if (root instanceof Expression.StringLiteral string) {
      return new StringValue(timestampMillis, string.value());
    }
    Grid grid = new Grid(timestampMillis, 1, 1);
    Query query = query(source, grid, annotations);
    Evaluation evaluation = new Evaluation(query);
    Results results = new Results(query, root.position());
    if (root instanceof Expression.RangeSelector range) {
      return new RangeSelection(query, grid, range).samples(range, results);
    }
    if (root instanceof Expression.Subquery subquery) {
      Grid inner = evaluation.subqueryGrid(subquery, grid);
      return results.matrix(evaluation.evaluateSubquery(subquery, inner), inner);
    }
    StepMatrix matrix = evaluation.evaluate(root, grid);
    return root.type() == ValueType.SCALAR
        ? new Scalar(timestampMillis, matrix.value(0, 0))
        : results.vector(matrix, timestampMillis);
  }

  /**
   * Evaluates an expression at the steps from a start to an end.
   *
   * @param startMillis first step, in milliseconds since the epoch
   * @param endMillis bound of the steps, inclusive, in milliseconds since the epoch
   * @param stepMillis distance of the steps, in milliseconds, above 0
   * @throws EvaluationException if it cannot be evaluated, or costs more than it may
   */
  public Value range(
      Expression expression, SampleSource source, long startMillis, long endMillis, long stepMillis)
      throws EvaluationException {
    return range(expression, source, startMillis, endMillis, stepMillis, new Annotations());
  }

  /**
   * Evaluates an expression at the steps from a start to an end, and collects remarks about it.
   *
   * @param startMillis first step, in milliseconds since the epoch
   * @param endMillis bound of the steps, inclusive, in milliseconds since the epoch
   * @param stepMillis distance of the steps, in milliseconds, above 0
   * @throws EvaluationException if it cannot be evaluated, or costs more than it may
   */
  public Value range(
      Expression expression,
      SampleSource source,
      long startMillis,
      long endMillis,
      long stepMillis,
      Annotations annotations)
      throws EvaluationException {
    if (stepMillis <= 0 || endMillis < startMillis) {
      throw new EvaluationException(
          EvaluationException.Kind.EXECUTION,
          "a range query from "
              + startMillis
              + " to "
              + endMillis
              + " ms by "
              + stepMillis
              + " ms has no steps; give an end after the start and a step above 0",
          expression.position());
    }
    if (expression.type() != ValueType.SCALAR && expression.type() != ValueType.INSTANT_VECTOR) {
      throw new EvaluationException(
          EvaluationException.Kind.EXECUTION,
          "invalid expression type \""
              + expression.type().text()
              + "\" for range query, must be Scalar or instant Vector",
          expression.position());
    }
    long steps = (endMillis - startMillis) / stepMillis + 1;
    Grid grid = new Grid(startMillis, stepMillis, (int) Math.min(steps, Integer.MAX_VALUE));
    Query query = query(source, grid, annotations);
    query.budget().checkSteps(steps, expression.position());
    Expression resolved = resolved(expression, startMillis, endMillis, stepMillis);
    StepMatrix matrix = new Evaluation(query).evaluate(resolved, grid);
    return new Results(query, expression.position()).matrix(matrix, grid);
  }

  private static Expression resolved(
      Expression expression, long startMillis, long endMillis, long stepMillis)
      throws EvaluationException {
    try {
      return DurationResolution.resolve(expression, startMillis, endMillis, stepMillis);
    } catch (PromqlException e) {
      throw new EvaluationException(
          EvaluationException.Kind.EXECUTION,
          String.valueOf(e.getMessage()),
          new Position(e.startOffset(), e.endOffset()),
          e);
    }
  }

  /** Returns what the nodes of one evaluation share. */
  Query query(SampleSource source, Grid grid, Annotations annotations) {
    return new Query(
        source,
        options,
        new Budget(options.limits(), nanoTime),
        annotations,
        grid.startMillis(),
        grid.endMillis(),
        grid.steps() == 1 ? 0 : grid.stepMillis());
  }
}
