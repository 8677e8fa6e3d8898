package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Function;
import java.util.HashSet;
import java.util.Set;

/** Gives the result of a function over ranges its labels and remarks. */
final class RangeResults {

  private final Query query;
  private final Expression.Call call;
  private final Expression over;

  RangeResults(Query query, Expression.Call call, Expression over) {
    this.query = query;
    this.call = call;
    this.over = over;
  }

  /**
   * Finishes a result in place.
   *
   * @param parameters values of the scalar arguments
   */
  StepMatrix finish(StepMatrix result, StepMatrix[] parameters) throws EvaluationException {
    Function function = call.function();
    remark(result, parameters);
    if (function == Function.ABSENT_OVER_TIME) {
      return Calls.absent(result, over);
    }
    // These two shift a series in time and compute nothing: it stays the same metric.
    if (function == Function.LAST_OVER_TIME || function == Function.FIRST_OVER_TIME) {
      return result;
    }
    for (int row = 0; row < result.size(); row++) {
      query.dropName(result, row);
    }
    if (!query.options().delayedNameRemoval()) {
      checkDistinct(result);
    }
    return result;
  }

  private void checkDistinct(StepMatrix result) throws EvaluationException {
    Set<Labels> seen = new HashSet<>(result.size() * 2);
    for (int row = 0; row < result.size(); row++) {
      if (!seen.add(result.labels(row))) {
        throw Query.duplicates(call.position());
      }
    }
  }

  private void remark(StepMatrix result, StepMatrix[] parameters) {
    Function function = call.function();
    if (function == Function.RATE || function == Function.INCREASE) {
      for (int row = 0; row < result.size(); row++) {
        if (hasNumber(result, row)) {
          remarkIfNoCounter(result.labels(row).metricName());
        }
      }
    }
    if (function == Function.QUANTILE_OVER_TIME && result.size() > 0) {
      for (int step = 0; step < result.steps(); step++) {
        double q = parameters[0].value(0, step);
        if (!Quantiles.isValid(q)) {
          query.annotations().warn(Quantiles.invalid(q), call.arguments().get(0).position());
        }
      }
    }
  }

  private static boolean hasNumber(StepMatrix result, int row) {
    if (!result.hasHistograms()) {
      return true;
    }
    for (int step = 0; step < result.steps(); step++) {
      if (result.isPresent(row, step) && result.histogram(row, step) == null) {
        return true;
      }
    }
    return false;
  }

  private void remarkIfNoCounter(String metric) {
    boolean counter =
        metric.isEmpty()
            || metric.endsWith("_total")
            || metric.endsWith("_sum")
            || metric.endsWith("_count")
            || metric.endsWith("_bucket");
    if (!counter) {
      query
          .annotations()
          .inform(
              "PromQL info: metric might not be a counter, name does not end in"
                  + " _total/_sum/_count/_bucket: \""
                  + metric
                  + "\"",
              over.position());
    }
  }
}
