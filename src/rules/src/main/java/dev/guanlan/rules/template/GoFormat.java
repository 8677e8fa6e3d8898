package dev.guanlan.rules.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Formats values as Go's packages fmt and strconv do. */
final class GoFormat {

  private static final int MAX_WIDTH = 1000;

  private GoFormat() {}

  /** Formats a value as {@code %v} does. */
  static String print(@Nullable Object value) {
    if (value == null) {
      return "<no value>";
    }
    if (value instanceof Double number) {
      return shortest(number);
    }
    if (value instanceof Map<?, ?> map) {
      return new TreeMap<Object, Object>(map)
          .entrySet().stream()
              .map(entry -> print(entry.getKey()) + ":" + print(entry.getValue()))
              .collect(Collectors.joining(" ", "map[", "]"));
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(GoFormat::print).collect(Collectors.joining(" ", "[", "]"));
    }
    if (value instanceof TemplateData.Sample sample) {
      return "{" + print(sample.labels()) + " " + print(sample.value()) + "}";
    }
    if (value instanceof Evaluator.Struct struct) {
      return struct.fields().values().stream()
          .map(GoFormat::print)
          .collect(Collectors.joining(" ", "{", "}"));
    }
    return value.toString();
  }

  /** Formats a number with as few digits as name it, as {@code %v} does. */
  static String shortest(double value) {
    return general(value, -1);
  }

  /**
   * Formats a number as {@code %g} does.
   *
   * @param precision significant digits, or -1 for as few as name the number
   */
  static String general(double value, int precision) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return special(value);
    }
    String sign = value < 0 || (value == 0 && 1 / value < 0) ? "-" : "";
    if (value == 0) {
      return sign + "0";
    }
    BigDecimal exact = new BigDecimal(Math.abs(value));
    BigDecimal rounded =
        precision < 0
            ? fewest(Math.abs(value), exact)
            : exact.round(new MathContext(Math.max(precision, 1), RoundingMode.HALF_EVEN));
    rounded = rounded.stripTrailingZeros();
    int digits = rounded.precision();
    int point = digits - rounded.scale();
    int limit = precision < 0 ? 6 : Math.max(precision, 1);
    if (precision >= 0 && limit > digits && digits >= point) {
      limit = digits;
    }
    int exponent = point - 1;
    if (exponent < -4 || exponent >= limit) {
      return sign + scientific(rounded, digits - 1);
    }
    return sign + rounded.toPlainString();
  }

  private static BigDecimal fewest(double value, BigDecimal exact) {
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal candidate = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (candidate.doubleValue() == value) {
        return candidate;
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
  }

  private static String scientific(BigDecimal value, int decimals) {
    BigDecimal rounded = value.round(new MathContext(decimals + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int exponent = value.signum() == 0 ? 0 : digits.length() - rounded.scale() - 1;
    StringBuilder text = new StringBuilder(digits);
    while (text.length() < decimals + 1) {
      text.append('0');
    }
    text.setLength(decimals + 1);
    if (decimals > 0) {
      text.insert(1, '.');
    }
    return text.append(exponent < 0 ? "e-" : "e+")
        .append(String.format(Locale.ROOT, "%02d", Math.abs(exponent)))
        .toString();
  }

  private static String special(double value) {
    return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  }

  /** Formats as {@code fmt.Sprintf} does. */
  static String printf(String format, List<@Nullable Object> arguments) {
    StringBuilder output = new StringBuilder();
    int next = 0;
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%') {
        output.append(c);
        continue;
      }
      Verb verb = new Verb();
      at = verb.read(format, at);
      if (verb.letter == 0) {
        output.append("%!(NOVERB)");
      } else if (verb.letter == '%') {
        output.append('%');
      } else if (next >= arguments.size()) {
        output.append("%!").append(verb.letter).append("(MISSING)");
      } else {
        output.append(verb.format(arguments.get(next++)));
      }
    }
    if (next < arguments.size()) {
      output.append(
          arguments.subList(next, arguments.size()).stream()
              .map(argument -> type(argument) + "=" + print(argument))
              .collect(Collectors.joining(", ", "%!(EXTRA ", ")")));
    }
    return output.toString();
  }

  static String type(@Nullable Object value) {
    if (value instanceof Double) {
      return "float64";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof String) {
      return "string";
    }
    return value == null ? "<nil>" : value instanceof Map ? "map[string]string" : "struct";
  }

  /** Is one verb of a format with its flags, width and precision. */
  private static final class Verb {
    private String flags = "";
    private int width;
    private int precision = -1;
    private char letter;

    int read(String format, int from) {
      int at = from;
      while (at < format.length() && "+-# 0".indexOf(format.charAt(at)) >= 0) {
        flags += format.charAt(at++);
      }
      while (at < format.length() && Character.isDigit(format.charAt(at))) {
        width = Math.min(MAX_WIDTH, width * 10 + format.charAt(at++) - '0');
      }
      if (at < format.length() && format.charAt(at) == '.') {
        at++;
        precision = 0;
        while (at < format.length() && Character.isDigit(format.charAt(at))) {
          precision = Math.min(MAX_WIDTH, precision * 10 + format.charAt(at++) - '0');
        }
      }
      if (at < format.length()) {
        letter = format.charAt(at++);
      }
      return at;
    }

    String format(@Nullable Object value) {
      String text = body(value);
      boolean number = value instanceof Double || value instanceof Long;
      if (number && flags.contains("+") && !text.startsWith("-") && !text.startsWith("+")) {
        text = "+" + text;
      } else if (number && flags.contains(" ") && !text.startsWith("-")) {
        text = " " + text;
      }
      int missing = width - text.codePointCount(0, text.length());
      if (missing <= 0) {
        return text;
      }
      if (flags.contains("-")) {
        return text + " ".repeat(missing);
      }
      if (number && flags.contains("0")) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        return (signed ? text.substring(0, 1) : "")
            + "0".repeat(missing)
            + (signed ? text.substring(1) : text);
      }
      return " ".repeat(missing) + text;
    }

    private String body(@Nullable Object value) {
      if (letter == 'v') {
        return value == null
            ? "<nil>"
            : value instanceof Double d ? general(d, precision) : print(value);
      }
      if (letter == 'T') {
        return type(value);
      }
      if (value instanceof Double number) {
        return floating(number);
      }
      if (value instanceof Long number) {
        return integer(number);
      }
      if ((letter == 'x' || letter == 'X') && value instanceof String text) {
        return hexadecimal(text);
      }
      if (letter == 't' && value instanceof Boolean) {
        return value.toString();
      }
      if (value instanceof Boolean || value == null) {
        return bad(value);
      }
      if (letter == 's') {
        String text = print(value);
        return precision >= 0 && precision < text.codePointCount(0, text.length())
            ? text.substring(0, text.offsetByCodePoints(0, precision))
            : text;
      }
      return letter == 'q' ? quote(print(value)) : bad(value);
    }

    /** Writes the bytes of a text, apart from each other if the flag says so. */
    private String hexadecimal(String text) {
      HexFormat format = HexFormat.ofDelimiter(flags.contains(" ") ? " " : "");
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return (letter == 'X' ? format.withUpperCase() : format).formatHex(bytes);
    }

    private String integer(long number) {
      return switch (letter) {
        case 'd' -> Long.toString(number);
        case 'x' -> Long.toHexString(number);
        case 'X' -> Long.toHexString(number).toUpperCase(Locale.ROOT);
        case 'o' -> Long.toOctalString(number);
        case 'b' -> Long.toBinaryString(number);
        case 'U' -> String.format(Locale.ROOT, "U+%04X", number);
        case 'c' ->
            Character.isValidCodePoint((int) number) ? Character.toString((int) number) : "\ufffd";
        default -> bad(number);
      };
    }

    private String floating(double value) {
      if ("fFeEgG".indexOf(letter) < 0) {
        return bad(value);
      }
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        return special(value);
      }
      String sign = value < 0 || (value == 0 && 1 / value < 0) ? "-" : "";
      BigDecimal exact = new BigDecimal(Math.abs(value));
      int decimals = precision < 0 ? 6 : precision;
      String text =
          switch (letter) {
            case 'f', 'F' ->
                sign + exact.setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
            case 'e', 'E' -> sign + scientific(exact, decimals);
            default -> general(value, precision);
          };
      return Character.isUpperCase(letter) ? text.toUpperCase(Locale.ROOT) : text;
    }

    private String bad(@Nullable Object value) {
      return "%!"
          + letter
          + "("
          + (value == null ? "<nil>" : type(value) + "=" + print(value))
          + ")";
    }
  }

  /** Quotes a text as a Go string literal. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            quoted.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
