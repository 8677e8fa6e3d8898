package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.At;
import dev.guanlan.promql.BinaryOperator;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Extension;
import dev.guanlan.promql.Function;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.Shift;
import dev.guanlan.promql.Trees;
import dev.guanlan.promql.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Parts expressions into leaves, each a function of one series by itself, and the rest, which works
 * on the results of leaves. Leaves can be evaluated wherever their series are; the rest gives what
 * the whole expression gives if the results come in the order of the series. Equal leaves of the
 * expressions that one object rewrites share a number. For one thread.
 *
 * <p>A leaf is as large as can be: a selector, a function over its range, a number computed from
 * each value with scalars that no series goes into, a comparison with such a scalar.
 *
 * <p>A selector that lies in no leaf is <em>local</em>: it stays as it is, and its samples have to
 * be where the rest is evaluated. Such are those of subqueries, of {@code info}, and those that are
 * said to be.
 */
public final class Decomposition {

  private final Predicate<List<Matcher>> isLocal;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Expression> leaves = new ArrayList<>();

  /**
   * Begins without leaves.
   *
   * @param isLocal tells whether a selector with such matchers must not lie in a leaf
   */
  public Decomposition(Predicate<List<Matcher>> isLocal) {
    this.isLocal = isLocal;
  }

  /**
   * Returns the expression with a selector of {@linkplain Matcher#ofLeaf results} for each leaf.
   */
  public Expression rewrite(Expression expression) {
    if (expression instanceof Expression.Parentheses parentheses) {
      return new Expression.Parentheses(rewrite(parentheses.inner()), parentheses.position());
    } else if (isLeaf(expression)) {
      return results(expression, expression);
    } else if (expression instanceof Expression.Call call) {
      if (call.function() == Function.ABSENT_OVER_TIME) {
        return absent(call);
      } else if (call.function() == Function.INFO || call.function() == Function.START_TIMESTAMP) {
        // The one looks for series of its own, the other at what only samples have.
        return call;
      }
    }
    return Trees.withChildren(expression, this::rewrite);
  }

  /** Returns the leaves by their numbers. */
  public List<Expression> leaves() {
    return List.copyOf(leaves);
  }

  /** Returns the leaf whose results matchers choose, or {@link Matcher#NO_LEAF}. */
  public static int leaf(List<Matcher> matchers) {
    return matchers.isEmpty() ? Matcher.NO_LEAF : matchers.get(matchers.size() - 1).leaf();
  }

  /**
   * Returns what two series have in common whose results can come to have the same labels: what is
   * left of the labels once the metric's name is dropped. Leaves are to be evaluated where all such
   * series are.
   */
  public static Labels common(Labels labels) {
    return LabelSets.withoutMetadata(labels);
  }

  /** Turns the absence of samples into that of series that have any. */
  private Expression absent(Expression.Call call) {
    Expression over = Trees.unwrap(call.arguments().get(0));
    if (!isPlainRange(over)) {
      return call;
    }
    // Of the functions over ranges it keeps the name, so that series cannot get into each other's
    // way.
    Expression last =
        new Expression.Call(Function.LAST_OVER_TIME, call.arguments(), call.position());
    return new Expression.Call(
        Function.ABSENT,
        List.of(results(last, ((Expression.RangeSelector) over).selector())),
        call.position());
  }

  /**
   * Returns the selector of a leaf's results. It has the matchers of a selector that stood there,
   * since functions read the labels off that the results would have.
   */
  private Expression results(Expression leaf, Expression stood) {
    Integer number = numbers.get(leaf.toString());
    if (number == null) {
      number = leaves.size();
      leaves.add(leaf);
      numbers.put(leaf.toString(), number);
    }
    String name = "";
    List<Matcher> matchers = new ArrayList<>();
    if (stood instanceof Expression.VectorSelector selector) {
      name = selector.name();
      matchers.addAll(selector.matchers());
    }
    matchers.add(Matcher.ofLeaf(number));
    return new Expression.VectorSelector(name, matchers, Shift.NONE, stood.position());
  }

  private boolean isLeaf(Expression expression) {
    if (expression instanceof Expression.Parentheses parentheses) {
      return isLeaf(parentheses.inner());
    } else if (expression instanceof Expression.VectorSelector selector) {
      return isPlain(selector);
    } else if (expression instanceof Expression.Unary unary) {
      return isLeaf(unary.operand());
    } else if (expression instanceof Expression.Binary binary) {
      return (isLeaf(binary.left()) && isConstantScalar(binary.right()))
          || (isLeaf(binary.right()) && isConstantScalar(binary.left()));
    } else if (expression instanceof Expression.Call call) {
      return isLeaf(call);
    }
    return false;
  }

  private boolean isLeaf(Expression.Call call) {
    Function function = call.function();
    if (function == Function.ABSENT_OVER_TIME) {
      return false;
    }
    boolean overRange = RangeFunctions.of(function) != null;
    if (!overRange && !isOfEachValue(function)) {
      return false;
    }
    int series = 0;
    for (Expression argument : call.arguments()) {
      if (argument.type() == ValueType.SCALAR) {
        if (!isConstantScalar(argument)) {
          return false;
        }
      } else if (overRange ? isPlainRange(Trees.unwrap(argument)) : isLeaf(argument)) {
        series++;
      } else {
        return false;
      }
    }
    return series == 1;
  }

  /** Tells whether a function makes of each value another, without a look at the others. */
  private static boolean isOfEachValue(Function function) {
    if (PointFunctions.of(function) != null || PointFunctions.ofDate(function) != null) {
      return true;
    }
    return switch (function) {
      case CLAMP,
          CLAMP_MIN,
          CLAMP_MAX,
          ROUND,
          TIMESTAMP,
          HISTOGRAM_COUNT,
          HISTOGRAM_SUM,
          HISTOGRAM_AVG,
          HISTOGRAM_STDDEV,
          HISTOGRAM_STDVAR ->
          true;
      default -> false;
    };
  }

  private boolean isPlainRange(Expression expression) {
    return expression instanceof Expression.RangeSelector range
        && range.range() == null
        && isPlain(range.selector());
  }

  private boolean isPlain(Expression.VectorSelector selector) {
    Shift shift = selector.shift();
    At at = shift.at();
    return selector.extension() == Extension.NONE
        && shift.offset() == null
        && (at == null || at.anchor() != At.Anchor.TIMESTAMP)
        && !isLocal.test(selector.matchers());
  }

  private static boolean isConstantScalar(Expression expression) {
    return expression.type() == ValueType.SCALAR && isConstant(expression);
  }

  /** Tells whether no series goes into an expression. */
  private static boolean isConstant(Expression expression) {
    return !(expression instanceof Expression.VectorSelector)
        && !(expression instanceof Expression.Call call && call.function() == Function.INFO)
        && Trees.children(expression).stream().allMatch(Decomposition::isConstant);
  }

  /** Returns the matchers of the one selector of a leaf. */
  static List<Matcher> matchers(Expression leaf) {
    Expression inner = leaf;
    while (!(inner instanceof Expression.VectorSelector selector)) {
      Expression next = null;
      for (Expression child : Trees.children(inner)) {
        next = child.type() == ValueType.SCALAR ? next : child;
      }
      if (next == null) {
        throw new IllegalArgumentException(leaf + " is no leaf: it has no selector");
      }
      inner = next;
    }
    return selector.matchers();
  }

  /** Tells whether the results of a leaf have the names of their series' metrics. */
  public static boolean keepsName(Expression leaf) {
    if (leaf instanceof Expression.Parentheses parentheses) {
      return keepsName(parentheses.inner());
    } else if (leaf instanceof Expression.Unary unary) {
      return !unary.negative() && keepsName(unary.operand());
    } else if (leaf instanceof Expression.Binary binary) {
      BinaryOperator operator = binary.operator();
      boolean leftScalar = binary.left().type() == ValueType.SCALAR;
      return operator.keepsName()
          && !binary.bool()
          && keepsName(leftScalar ? binary.right() : binary.left());
    } else if (leaf instanceof Expression.Call call) {
      return call.function() == Function.LAST_OVER_TIME
          || call.function() == Function.FIRST_OVER_TIME;
    }
    return leaf instanceof Expression.VectorSelector;
  }
}
