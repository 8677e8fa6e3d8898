package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.DurationResolution;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.Trees;
import dev.guanlan.promql.ValueType;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the same expressions over and over, at times that move on, over series that stay in
 * memory. The answers are those of the {@link Engine}, to the last bit: what changes is that labels
 * are looked at only when a series comes or goes, that equal parts of expressions are evaluated
 * once a tick, and that functions over ranges look at no more samples than they must. Where only
 * the engine can tell (native histograms, series that get into each other's way, what has no node
 * here) it is asked. For one thread and one source.
 */
public final class StandingQueries {

  private final Engine engine;
  private final StandingPlan plan = new StandingPlan();
  private final IdentityHashMap<Expression, Standing> known = new IdentityHashMap<>();
  private long number;
  private long lastMillis = Long.MIN_VALUE;
  private long lastVersion;
  private long engineAnswers;

  /** Is an expression with the node that it became, or none if the engine is to evaluate it. */
  private record Standing(@Nullable StandingNode node) {}

  /** Makes queries that are answered as an engine answers them. */
  public StandingQueries(Engine engine) {
    this.engine = engine;
  }

  /**
   * Evaluates an expression at a time. What is worked out for it is kept for the next time that the
   * same object is asked.
   *
   * @param timestampMillis milliseconds since the epoch
   * @throws EvaluationException if it cannot be evaluated, or costs more than it may
   */
  public Value instant(Expression expression, StandingSource source, long timestampMillis)
      throws EvaluationException {
    try {
      return evaluated(expression, source, timestampMillis);
    } catch (LeafFailure e) {
      throw new EvaluationException(
          EvaluationException.Kind.EXECUTION,
          String.valueOf(e.getMessage()),
          expression.position(),
          e);
    }
  }

  private Value evaluated(Expression expression, StandingSource source, long timestampMillis)
      throws EvaluationException {
    StandingNode node = known.computeIfAbsent(expression, this::standing).node();
    if (node == null) {
      engineAnswers++;
      return engine.instant(expression, source, timestampMillis);
    }
    if (timestampMillis != lastMillis || source.version() != lastVersion) {
      lastMillis = timestampMillis;
      lastVersion = source.version();
      number++;
    }
    Query query = engine.query(source, new Grid(timestampMillis, 1, 1), new Annotations());
    if (!node.refresh(new StandingTick(number, timestampMillis, source, query))) {
      engineAnswers++;
      return engine.instant(expression, source, timestampMillis);
    }
    return expression.type() == ValueType.SCALAR
        ? new Scalar(timestampMillis, node.scalar())
        : vector(node, timestampMillis);
  }

  /** Returns how many answers came from the engine. */
  long engineAnswers() {
    return engineAnswers;
  }

  private Standing standing(Expression expression) {
    if (engine.options().delayedNameRemoval()
        || engine.options().startTimestamps()
        || (expression.type() != ValueType.SCALAR
            && expression.type() != ValueType.INSTANT_VECTOR)) {
      return new Standing(null);
    }
    try {
      // Of one instant, all durations have lengths that do not depend on which one it is.
      Expression resolved = DurationResolution.resolve(expression, 0, 0, 0);
      StandingNode node = plan.node(Trees.unwrap(resolved));
      return new Standing(node instanceof StandingPart ? null : node);
    } catch (PromqlException e) {
      // The engine says what is wrong, each time that it is asked.
      return new Standing(null);
    }
  }

  private static InstantVector vector(StandingNode node, long timestampMillis) {
    double[] values = node.values;
    int rows = node.labels.length;
    int size = 0;
    for (int row = 0; row < rows; row++) {
      size += StepMatrix.isAbsent(values[row]) ? 0 : 1;
    }
    Labels[] labels = new Labels[size];
    double[] present = new double[size];
    int next = 0;
    for (int row = 0; row < rows && next < size; row++) {
      if (!StepMatrix.isAbsent(values[row])) {
        labels[next] = node.labels[row];
        present[next++] = values[row];
      }
    }
    return new InstantVector(timestampMillis, labels, Arrays.copyOf(present, size), null);
  }
}
