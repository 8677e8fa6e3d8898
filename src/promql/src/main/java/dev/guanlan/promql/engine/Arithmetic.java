package dev.guanlan.promql.engine;

import dev.guanlan.promql.BinaryOperator;

/** Computes operators between two numbers. */
final class Arithmetic {

  private Arithmetic() {}

  /** Returns the result of an arithmetic operator. */
  static double compute(BinaryOperator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case ATAN2 -> Math.atan2(left, right);
      case POWER -> power(left, right);
      default -> throw new IllegalArgumentException(operator + " is not arithmetic");
    };
  }

  /** Raises as Go does: IEEE 754 knows 1 to the power of anything, Java does not. */
  private static double power(double base, double exponent) {
    boolean one = base == 1 || (base == -1 && Double.isInfinite(exponent));
    return one ? 1 : Math.pow(base, exponent);
  }

  /** Tells whether a comparison holds. */
  static boolean holds(BinaryOperator operator, double left, double right) {
    return switch (operator) {
      case EQUAL -> left == right;
      case NOT_EQUAL -> left != right;
      case LESS -> left < right;
      case LESS_OR_EQUAL -> left <= right;
      case GREATER -> left > right;
      case GREATER_OR_EQUAL -> left >= right;
      default -> throw new IllegalArgumentException(operator + " does not compare");
    };
  }
}
