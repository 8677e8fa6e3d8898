package dev.guanlan.rules.template;

import org.jspecify.annotations.Nullable;

/**
 * Compares values as Go's templates do, which refuse to compare an integer with a float: {@code gt
 * $value 90} is an error there too, {@code gt $value 90.0} is not.
 */
final class Comparison {

  private Comparison() {}

  static boolean equal(@Nullable Object first, @Nullable Object second)
      throws Functions.BadArgument {
    Object left = number(first);
    Object right = number(second);
    if (left == null || right == null) {
      return left == right;
    }
    check(left, right, true);
    if (left instanceof Double a && right instanceof Double b) {
      return a.doubleValue() == b.doubleValue();
    }
    return left.equals(right);
  }

  static boolean less(@Nullable Object first, @Nullable Object second)
      throws Functions.BadArgument {
    Object left = number(first);
    Object right = number(second);
    check(left, right, false);
    if (left instanceof Double a && right instanceof Double b) {
      return a < b;
    }
    if (left instanceof Long a && right instanceof Long b) {
      return a < b;
    }
    return String.valueOf(left).compareTo(String.valueOf(right)) < 0;
  }

  static boolean lessOrEqual(@Nullable Object left, @Nullable Object right)
      throws Functions.BadArgument {
    return less(left, right) || equal(left, right);
  }

  /** Returns the number that a name stands for: months and days of the week are whole numbers. */
  private static @Nullable Object number(@Nullable Object value) {
    return value instanceof Methods.Named named ? (Object) named.number() : value;
  }

  private static void check(@Nullable Object left, @Nullable Object right, boolean equality)
      throws Functions.BadArgument {
    if (left == null || right == null || left.getClass() != right.getClass()) {
      throw new Functions.BadArgument(
          "incompatible types for comparison: "
              + GoFormat.print(left)
              + " and "
              + GoFormat.print(right)
              + "; write a whole number as 90.0 to compare it with a value");
    }
    boolean basic = left instanceof Double || left instanceof Long || left instanceof String;
    if (!basic && !(equality && left instanceof Boolean)) {
      throw new Functions.BadArgument("invalid type for comparison: " + GoFormat.print(left));
    }
  }
}
