package dev.guanlan.promql;

import dev.guanlan.model.Labels;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes expressions so that they parse back to the same tree. */
final class Printer {

  private final StringBuilder text = new StringBuilder();

  private Printer() {}

  static String print(Expression expression) {
    return print(expression, false);
  }

  /**
   * Returns an expression as text.
   *
   * @param closed whether an operator follows that an offset at the end must not take for its own
   */
  static String print(Expression expression, boolean closed) {
    Printer printer = new Printer();
    printer.append(expression, closed);
    return printer.text.toString();
  }

  /** Tells whether an offset in parentheses would go on with an operator behind it. */
  static boolean closes(BinaryOperator operator) {
    return switch (operator) {
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, POWER -> true;
      default -> false;
    };
  }

  /** Returns an operator with its modifiers. */
  static String head(Expression.Binary binary) {
    Printer printer = new Printer();
    printer.appendHead(binary);
    return printer.text.toString();
  }

  /** Returns an aggregator with its grouping. */
  static String head(Expression.Aggregate aggregate) {
    Printer printer = new Printer();
    printer.appendHead(aggregate);
    return printer.text.toString();
  }

  /** Returns what stands behind the expression of a subquery. */
  static String suffix(Expression.Subquery subquery, boolean closed) {
    Printer printer = new Printer();
    printer.appendSuffix(subquery, closed);
    return printer.text.toString();
  }

  private void append(Expression expression, boolean closed) {
    if (expression instanceof Expression.NumberLiteral number) {
      text.append(number(number));
    } else if (expression instanceof Expression.StringLiteral string) {
      text.append(Quoting.quoted(string.value()));
    } else if (expression instanceof Expression.VectorSelector selector) {
      appendSelector(selector);
      appendAt(selector.shift());
      appendExtension(selector);
      appendOffset(selector.shift(), closed);
    } else if (expression instanceof Expression.RangeSelector range) {
      appendSelector(range.selector());
      text.append('[').append(duration(range.rangeMillis(), range.range())).append(']');
      appendExtension(range.selector());
      appendAt(range.selector().shift());
      appendOffset(range.selector().shift(), closed);
    } else if (expression instanceof Expression.Subquery subquery) {
      append(subquery.expression(), false);
      appendSuffix(subquery, closed);
    } else if (expression instanceof Expression.Call call) {
      text.append(call.function().text()).append('(');
      for (int i = 0; i < call.arguments().size(); i++) {
        text.append(i == 0 ? "" : ", ");
        append(call.arguments().get(i), false);
      }
      text.append(')');
    } else if (expression instanceof Expression.Unary unary) {
      text.append(unary.negative() ? '-' : '+');
      append(unary.operand(), closed);
    } else if (expression instanceof Expression.Binary binary) {
      append(binary.left(), closes(binary.operator()));
      text.append(' ');
      appendHead(binary);
      text.append(' ');
      append(binary.right(), closed);
    } else if (expression instanceof Expression.Aggregate aggregate) {
      appendHead(aggregate);
      text.append('(');
      Expression parameter = aggregate.parameter();
      if (parameter != null) {
        append(parameter, false);
        text.append(", ");
      }
      append(aggregate.expression(), false);
      text.append(')');
    } else if (expression instanceof Expression.Parentheses parentheses) {
      text.append('(');
      append(parentheses.inner(), false);
      text.append(')');
    }
  }

  private void appendHead(Expression.Binary binary) {
    text.append(binary.operator().text()).append(binary.bool() ? " bool" : "");
    appendMatching(binary);
  }

  private void appendHead(Expression.Aggregate aggregate) {
    text.append(aggregate.aggregator().text());
    if (aggregate.without() || !aggregate.grouping().isEmpty()) {
      text.append(aggregate.without() ? " without (" : " by (");
      appendLabels(aggregate.grouping());
      text.append(") ");
    }
  }

  private void appendSuffix(Expression.Subquery subquery, boolean closed) {
    text.append('[').append(duration(subquery.rangeMillis(), subquery.range())).append(':');
    if (subquery.stepMillis() != 0 || subquery.step() != null) {
      text.append(duration(subquery.stepMillis(), subquery.step()));
    }
    text.append(']');
    appendAt(subquery.shift());
    appendOffset(subquery.shift(), closed);
  }

  private void appendSelector(Expression.VectorSelector selector) {
    text.append(selector.name());
    List<String> matchers = matchers(selector);
    if (!matchers.isEmpty() || selector.name().isEmpty()) {
      text.append('{').append(String.join(",", matchers)).append('}');
    }
  }

  /** Returns the matchers in order, so that selectors of the same series look the same. */
  private static List<String> matchers(Expression.VectorSelector selector) {
    List<String> matchers = new ArrayList<>();
    boolean nameLeft = !selector.name().isEmpty();
    for (Matcher matcher : selector.matchers()) {
      if (nameLeft && matcher.name().equals(Labels.METRIC_NAME)) {
        nameLeft = false;
      } else {
        matchers.add(matcher.toString());
      }
    }
    matchers.sort(Comparator.naturalOrder());
    return matchers;
  }

  private static String duration(long millis, @Nullable DurationExpression expression) {
    return expression == null ? Durations.format(millis) : expression.toString();
  }

  private void appendExtension(Expression.VectorSelector selector) {
    if (selector.extension() != Extension.NONE) {
      text.append(' ').append(selector.extension().text());
    }
  }

  private void appendAt(Shift shift) {
    At at = shift.at();
    if (at != null) {
      switch (at.anchor()) {
        case TIMESTAMP ->
            text.append(" @ ").append(BigDecimal.valueOf(at.millis(), 3).toPlainString());
        case START -> text.append(" @ start()");
        case END -> text.append(" @ end()");
      }
    }
  }

  private void appendOffset(Shift shift, boolean closed) {
    if (shift.offset() != null) {
      text.append(" offset ");
      // An operator behind the parenthesis would go on with the offset, but for the sign.
      boolean open = shift.offset() instanceof DurationExpression.Parentheses;
      text.append(open && closed ? "+" : "").append(shift.offset());
    } else if (shift.offsetMillis() != 0) {
      text.append(shift.offsetMillis() < 0 ? " offset -" : " offset ");
      text.append(Durations.format(Math.abs(shift.offsetMillis())));
    }
  }

  private void appendMatching(Expression.Binary binary) {
    VectorMatching matching = binary.matching();
    if (matching == null) {
      return;
    }
    boolean grouped =
        matching.cardinality() == VectorMatching.Cardinality.MANY_TO_ONE
            || matching.cardinality() == VectorMatching.Cardinality.ONE_TO_MANY;
    if (matching.on() || grouped || !matching.labels().isEmpty()) {
      text.append(matching.on() ? " on (" : " ignoring (");
      appendLabels(matching.labels());
      text.append(')');
    }
    if (grouped) {
      text.append(
          matching.cardinality() == VectorMatching.Cardinality.MANY_TO_ONE
              ? " group_left ("
              : " group_right (");
      appendLabels(matching.include());
      text.append(')');
    }
    appendFill(matching.fillLeft(), matching.fillRight());
  }

  private void appendFill(@Nullable Double left, @Nullable Double right) {
    if (left != null && left.equals(right)) {
      text.append(" fill (").append(number(left)).append(')');
      return;
    }
    if (left != null) {
      text.append(" fill_left (").append(number(left)).append(')');
    }
    if (right != null) {
      text.append(" fill_right (").append(number(right)).append(')');
    }
  }

  private void appendLabels(List<String> labels) {
    for (int i = 0; i < labels.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(labelName(labels.get(i)));
    }
  }

  private static String number(Expression.NumberLiteral number) {
    return number.duration() ? DurationPrinter.seconds(number.value()) : number(number.value());
  }

  /** Returns a number without exponent. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /** Returns a label's name, quoted if it is not of letters, digits and underscores only. */
  static String labelName(String name) {
    boolean plain = !name.isEmpty() && !Lexer.isDigit(name.charAt(0));
    for (int i = 0; plain && i < name.length(); i++) {
      plain = Lexer.isLetter(name.charAt(i)) || Lexer.isDigit(name.charAt(i));
    }
    return plain ? name : Quoting.quoted(name);
  }
}
