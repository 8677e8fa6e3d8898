package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.HistogramSum;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.BinaryOperator;
import dev.guanlan.promql.Expression;
import org.jspecify.annotations.Nullable;

/**
 * Applies a binary operator to values of which at least one is, or should be, a native histogram.
 * Where the types do not go together there is no result but a remark. Source: {@code
 * vectorElemBinop} in {@code promql/engine.go} of Prometheus.
 */
final class HistogramOperations {

  private final Annotations annotations;
  private final Expression.Binary binary;
  private final BinaryOperator operator;

  HistogramOperations(Query query, Expression.Binary binary) {
    this.annotations = query.annotations();
    this.binary = binary;
    this.operator = binary.operator();
  }

  /**
   * Puts the result for a row and step into a matrix, or that there is none.
   *
   * @param left what counts on the left if there is no histogram
   * @param right what counts on the right if there is no histogram
   * @return whether the types go together; a comparison that does not hold is a result, too
   */
  boolean apply(
      StepMatrix result,
      int row,
      int step,
      double left,
      @Nullable Histogram leftHistogram,
      double right,
      @Nullable Histogram rightHistogram) {
    if (leftHistogram != null && rightHistogram != null && isEquality()) {
      boolean holds =
          leftHistogram.hasSameObservations(rightHistogram) == (operator == BinaryOperator.EQUAL);
      if (binary.bool()) {
        result.setValue(row, step, holds ? 1 : 0);
      } else if (holds) {
        result.setHistogram(row, step, leftHistogram);
      } else {
        result.setValue(row, step, StepMatrix.ABSENT);
      }
      return true;
    }
    Histogram histogram = computed(left, leftHistogram, right, rightHistogram);
    if (histogram == null) {
      result.setValue(row, step, StepMatrix.ABSENT);
      return false;
    }
    result.setHistogram(row, step, histogram);
    return true;
  }

  private boolean isEquality() {
    return operator == BinaryOperator.EQUAL || operator == BinaryOperator.NOT_EQUAL;
  }

  private @Nullable Histogram computed(
      double left,
      @Nullable Histogram leftHistogram,
      double right,
      @Nullable Histogram rightHistogram) {
    if (leftHistogram != null && rightHistogram != null) {
      if (operator == BinaryOperator.ADD) {
        return sum(leftHistogram, rightHistogram);
      } else if (operator == BinaryOperator.SUBTRACT) {
        return difference(leftHistogram, rightHistogram);
      }
    } else if (leftHistogram != null) {
      Histogram scaled = scaled(leftHistogram, right);
      if (scaled != null) {
        return scaled;
      }
    } else if (rightHistogram != null && operator == BinaryOperator.MULTIPLY) {
      return rightHistogram.multiply(left).compact();
    }
    incompatible(leftHistogram != null, rightHistogram != null);
    return null;
  }

  /** Returns what the operator makes of a histogram and a number, null if it takes no such two. */
  private @Nullable Histogram scaled(Histogram histogram, double number) {
    return switch (operator) {
      case MULTIPLY -> histogram.multiply(number).compact();
      case DIVIDE -> histogram.divide(number).compact();
      case TRIM_UPPER -> histogram.trimAbove(number);
      case TRIM_LOWER -> histogram.trimBelow(number);
      default -> null;
    };
  }

  private @Nullable Histogram sum(Histogram left, Histogram right) {
    HistogramSum sum = new HistogramSum(left);
    if (!sum.accepts(right)) {
      return layoutsDiffer();
    }
    sum.add(right);
    return checked(sum, "addition") ? sum.toHistogram() : null;
  }

  private @Nullable Histogram difference(Histogram left, Histogram right) {
    HistogramSum sum = new HistogramSum(left);
    if (!sum.accepts(right)) {
      return layoutsDiffer();
    }
    sum.subtract(right);
    return checked(sum, "subtraction") ? sum.toHistogram().withResetHint(ResetHint.GAUGE) : null;
  }

  private boolean checked(HistogramSum sum, String operation) {
    if (sum.boundsReconciled()) {
      annotations.inform(
          "PromQL info: mismatched custom buckets were reconciled during " + operation,
          binary.position());
    }
    if (sum.hintsCollided()) {
      annotations.warn(
          "PromQL warning: conflicting counter resets during histogram " + operation,
          binary.position());
    }
    return !sum.hintsCollided();
  }

  private @Nullable Histogram layoutsDiffer() {
    annotations.warn(
        "PromQL warning: incompatible bucket layout encountered for binary operator "
            + operator.text(),
        binary.position());
    return null;
  }

  /** Tells that the operator means nothing between values of such types. */
  private void incompatible(boolean leftHistogram, boolean rightHistogram) {
    annotations.inform(
        String.format(
            "PromQL info: incompatible sample types encountered for binary operator \"%s\":"
                + " %s %s %s",
            operator.text(),
            leftHistogram ? "histogram" : "float",
            operator.text(),
            rightHistogram ? "histogram" : "float"),
        binary.position());
  }
}
