package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Function;
import dev.guanlan.promql.Position;
import dev.guanlan.promql.Trees;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** Evaluates the functions of histograms, those of both kinds and those of native ones. */
final class HistogramFunctions {

  private static final Map<Function, ToDoubleFunction<Histogram>> STATISTICS =
      new EnumMap<>(Function.class);

  static {
    STATISTICS.put(Function.HISTOGRAM_COUNT, Histogram::count);
    STATISTICS.put(Function.HISTOGRAM_SUM, Histogram::sum);
    STATISTICS.put(Function.HISTOGRAM_AVG, histogram -> histogram.sum() / histogram.count());
    STATISTICS.put(Function.HISTOGRAM_STDVAR, histogram -> new NativeBuckets(histogram).variance());
    STATISTICS.put(
        Function.HISTOGRAM_STDDEV, histogram -> Math.sqrt(new NativeBuckets(histogram).variance()));
  }

  private final Query query;
  private final Grid grid;
  private final Expression.Call call;
  private final StepMatrix[] arguments;

  HistogramFunctions(Query query, Grid grid, Expression.Call call, StepMatrix[] arguments) {
    this.query = query;
    this.grid = grid;
    this.call = call;
    this.arguments = arguments;
  }

  StepMatrix evaluate() throws EvaluationException {
    return switch (call.function()) {
      case HISTOGRAM_QUANTILE -> quantile();
      case HISTOGRAM_QUANTILES -> quantiles();
      case HISTOGRAM_FRACTION -> fraction();
      default -> statistic(Objects.requireNonNull(STATISTICS.get(call.function())));
    };
  }

  /** Maps native histograms; numbers are ignored. */
  private StepMatrix statistic(ToDoubleFunction<Histogram> statistic) throws EvaluationException {
    StepMatrix vector = arguments[0];
    for (int row = 0; row < vector.size(); row++) {
      for (int step = 0; step < grid.steps(); step++) {
        Histogram histogram = vector.histogram(row, step);
        vector.setValue(
            row, step, histogram == null ? StepMatrix.ABSENT : statistic.applyAsDouble(histogram));
      }
      query.dropName(vector, row);
    }
    vector.removeEmpty();
    return query.mergedUnlessDelayed(vector, call.position());
  }

  private StepMatrix quantile() throws EvaluationException {
    Position position = call.arguments().get(1).position();
    checkQuantile(arguments[0], 0);
    StepMatrix result = StepMatrix.growing(grid.steps());
    new HistogramGroups(query, arguments[1], position)
        .measure(
            new Quantile(arguments[0], position),
            0,
            grid.steps(),
            result,
            UnaryOperator.identity());
    return finish(result, position);
  }

  private StepMatrix quantiles() throws EvaluationException {
    Position position = call.arguments().get(0).position();
    String label = ((Expression.StringLiteral) Trees.unwrap(call.arguments().get(1))).value();
    for (int i = 1; i < arguments.length; i++) {
      checkQuantile(arguments[i], i + 1);
    }
    HistogramGroups groups = new HistogramGroups(query, arguments[0], position);
    StepMatrix result = StepMatrix.growing(grid.steps());
    for (int i = 1; i < arguments.length; i++) {
      addQuantiles(groups, arguments[i], label, position, result);
    }
    return finish(Query.merged(result, call.position()), position);
  }

  /** Adds rows for one quantile: for each value that it has at any step, since that is a label. */
  private void addQuantiles(
      HistogramGroups groups,
      StepMatrix quantile,
      String label,
      Position position,
      StepMatrix result)
      throws EvaluationException {
    HistogramMeasure measure = new Quantile(quantile, position);
    int step = 0;
    while (step < grid.steps()) {
      double q = quantile.value(0, step);
      int end = step + 1;
      while (end < grid.steps() && Double.compare(quantile.value(0, end), q) == 0) {
        end++;
      }
      String value = GoNumbers.formatLabel(q);
      UnaryOperator<Labels> labels = histogram -> histogram.with(label, value);
      groups.measure(measure, step, end, result, labels);
      step = end;
    }
  }

  private StepMatrix fraction() throws EvaluationException {
    Position position = call.arguments().get(2).position();
    StepMatrix result = StepMatrix.growing(grid.steps());
    new HistogramGroups(query, arguments[2], position)
        .measure(new Fraction(position), 0, grid.steps(), result, UnaryOperator.identity());
    return finish(result, position);
  }

  private StepMatrix finish(StepMatrix result, Position position) throws EvaluationException {
    result.removeEmpty();
    return query.mergedUnlessDelayed(result, position);
  }

  private void checkQuantile(StepMatrix quantile, int argument) {
    for (int step = 0; step < grid.steps(); step++) {
      double q = quantile.value(0, step);
      if (!Quantiles.isValid(q)) {
        query.annotations().warn(Quantiles.invalid(q), call.arguments().get(argument).position());
      }
    }
  }

  private void inform(String message, String metric, Position position) {
    query
        .annotations()
        .inform(HistogramGroups.withName("PromQL info: input to " + message, metric), position);
  }

  private final class Quantile implements HistogramMeasure {
    private final StepMatrix quantile;
    private final Position position;

    Quantile(StepMatrix quantile, Position position) {
      this.quantile = quantile;
      this.position = position;
    }

    @Override
    public double of(ClassicBuckets buckets, int step, String metric) {
      double q = quantile.value(0, step);
      ClassicBuckets.Forced forced = Quantiles.isValid(q) ? buckets.makeMonotonic() : null;
      if (forced != null) {
        String name = query.options().delayedNameRemoval() ? metric : "";
        query.annotations().inform(forced, name, grid.millis(step), position);
      }
      return buckets.quantile(q);
    }

    @Override
    public double of(Histogram histogram, int step, String metric) {
      double q = quantile.value(0, step);
      NativeBuckets buckets = new NativeBuckets(histogram);
      double result = buckets.quantile(q);
      if (Quantiles.isValid(q) && buckets.hasNaN()) {
        inform(
            Double.isNaN(result)
                ? "histogram_quantile has NaN observations, result is NaN"
                : "histogram_quantile has NaN observations, result is skewed higher",
            metric,
            position);
      }
      return result;
    }
  }

  private final class Fraction implements HistogramMeasure {
    private final Position position;

    Fraction(Position position) {
      this.position = position;
    }

    @Override
    public double of(ClassicBuckets buckets, int step, String metric) {
      return buckets.fraction(arguments[0].value(0, step), arguments[1].value(0, step));
    }

    @Override
    public double of(Histogram histogram, int step, String metric) {
      double lower = arguments[0].value(0, step);
      double upper = arguments[1].value(0, step);
      NativeBuckets buckets = new NativeBuckets(histogram);
      if (lower < upper && buckets.hasNaN()) {
        inform(
            "histogram_fraction has NaN observations, which are excluded from all fractions",
            metric,
            position);
      }
      return buckets.fraction(lower, upper);
    }
  }
}
