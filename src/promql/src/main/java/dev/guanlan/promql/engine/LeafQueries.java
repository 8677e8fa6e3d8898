package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Trees;
import dev.guanlan.promql.ValueType;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates leaves of {@linkplain Decomposition decomposed} expressions over and over, and tells
 * which series each result is of. The answers and failures are those of the {@link Engine}. For one
 * thread and one source.
 */
public final class LeafQueries {

  private static final String ROW = "row";

  private final Engine engine;
  private final StandingPlan plan = new StandingPlan();
  private final IdentityHashMap<Expression, Leaf> known = new IdentityHashMap<>();
  private long number;
  private long lastMillis = Long.MIN_VALUE;
  private long lastVersion;

  /** Is what is kept of a leaf from one evaluation to the next. */
  private static final class Leaf {
    private final @Nullable StandingNode node;
    private final boolean named;
    private final DerivedLabels nameless = DerivedLabels.nameless();
    private StandingSeries[] series = {};
    private Labels[] labels = {};
    private Labels[] rows = {};

    private Leaf(@Nullable StandingNode node, boolean named) {
      this.node = node;
      this.named = named;
    }

    private void take(StandingSeries[] found) {
      if (found != series) {
        series = found;
        labels = StandingSelector.labelsOf(found);
      }
    }

    /** Tells whether results can come to have the same labels. */
    private boolean canCollide() {
      double[] all = new double[labels.length];
      nameless.of(labels);
      return !named && !nameless.areDistinct(all);
    }

    /** Returns labels that tell nothing but the row. */
    private Labels[] rows() {
      if (rows.length < series.length) {
        int before = rows.length;
        rows = Arrays.copyOf(rows, series.length);
        for (int row = before; row < rows.length; row++) {
          rows[row] = Labels.of(ROW, String.valueOf(row));
        }
      }
      return rows;
    }
  }

  /** Makes queries that are answered as an engine answers them. */
  public LeafQueries(Engine engine) {
    this.engine = engine;
  }

  /**
   * Evaluates a leaf at a time. What is worked out for it is kept for the next time that the same
   * object is asked.
   *
   * @param timestampMillis milliseconds since the epoch
   * @throws EvaluationException if it cannot be evaluated, or costs more than it may
   */
  public LeafRows rows(Expression leaf, StandingSource source, long timestampMillis)
      throws EvaluationException {
    Leaf state = known.computeIfAbsent(leaf, this::leaf);
    state.take(source.standing(Decomposition.matchers(leaf)));
    StandingNode node = state.node;
    if (node != null) {
      if (timestampMillis != lastMillis || source.version() != lastVersion) {
        lastMillis = timestampMillis;
        lastVersion = source.version();
        number++;
      }
      Query query = engine.query(source, new Grid(timestampMillis, 1, 1), new Annotations());
      if (node.refresh(new StandingTick(number, timestampMillis, source, query))) {
        return new LeafRows(state.series, node.values, null);
      }
    }
    return byEngine(state, leaf, source, timestampMillis);
  }

  private Leaf leaf(Expression leaf) {
    return new Leaf(
        hasRowForEachSeries(leaf) ? plan.node(leaf) : null, Decomposition.keepsName(leaf));
  }

  /** Tells whether no part of a leaf has to be asked of the engine, which tells values alone. */
  private boolean hasRowForEachSeries(Expression leaf) {
    if (leaf.type() == ValueType.SCALAR || leaf instanceof Expression.RangeSelector) {
      return true;
    }
    return !(plan.node(leaf) instanceof StandingPart)
        && Trees.children(leaf).stream().allMatch(this::hasRowForEachSeries);
  }

  /** Asks the engine, which tells labels alone: so each series gets labels that tell its row. */
  private LeafRows byEngine(
      Leaf state, Expression leaf, StandingSource source, long timestampMillis)
      throws EvaluationException {
    if (state.canCollide()) {
      // Fails if any do.
      engine.instant(leaf, source, timestampMillis);
    }
    StandingSeries[] series = state.series;
    Labels[] rows = state.rows();
    SampleSource numbered = (matchers, hints) -> new StandingSeriesSet(series, hints, rows);
    InstantVector vector = (InstantVector) engine.instant(leaf, numbered, timestampMillis);
    double[] values = new double[series.length];
    Arrays.fill(values, StaleMarker.VALUE);
    @Nullable Histogram[] histograms = null;
    for (int i = 0; i < vector.size(); i++) {
      int row = Integer.parseInt(vector.labels(i).getOrEmpty(ROW));
      Histogram histogram = vector.histogram(i);
      if (histogram == null) {
        values[row] = vector.value(i);
      } else {
        histograms = histograms == null ? new @Nullable Histogram[series.length] : histograms;
        histograms[row] = histogram;
        values[row] = 0;
      }
    }
    return new LeafRows(series, values, histograms);
  }
}
