package dev.guanlan.promql.script;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Is a line that gives a series its values, one each interval: {@code m{a="b"} 1 2+3x4 _ stale}.
 *
 * @param values null where nothing is
 * @param beyondFloats whether it holds what is no number: histograms, start timestamps
 */
record SeriesLine(Labels labels, List<@Nullable Double> values, boolean beyondFloats) {

  private static final String NUMBER =
      "[+-]?(?:(?i:inf|nan)|(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)";

  private static final Pattern VALUE =
      Pattern.compile("(" + NUMBER + "|_|stale)([+-]" + NUMBER.substring(5) + ")?(?:x([0-9]+))?");

  private static final Pattern HISTOGRAM =
      Pattern.compile("\\{\\{.*?}}(?:[+-]\\{\\{.*?}})?(?:x([0-9]+))?");

  static SeriesLine parse(String line) {
    int end = endOfLabels(line);
    String series = line.substring(0, end).trim();
    String rest = line.substring(end).trim();
    Labels labels = labels(series);
    if (rest.startsWith("@")) {
      return new SeriesLine(labels, List.of(), true);
    }
    List<@Nullable Double> values = new ArrayList<>();
    boolean beyond = false;
    int at = 0;
    while (at < rest.length()) {
      if (Character.isWhitespace(rest.charAt(at))) {
        at++;
        continue;
      }
      java.util.regex.Matcher histogram = HISTOGRAM.matcher(rest).region(at, rest.length());
      if (histogram.lookingAt()) {
        beyond = true;
        int times = histogram.group(1) == null ? 1 : Integer.parseInt(histogram.group(1)) + 1;
        for (int i = 0; i < times; i++) {
          values.add(null);
        }
        at = histogram.end();
        continue;
      }
      int space = at;
      while (space < rest.length() && !Character.isWhitespace(rest.charAt(space))) {
        space++;
      }
      addValues(rest.substring(at, space), values);
      at = space;
    }
    // Immutable lists hold no null, which stands for a gap here.
    return new SeriesLine(labels, values, beyond);
  }

  private static void addValues(String token, List<@Nullable Double> values) {
    java.util.regex.Matcher matcher = VALUE.matcher(token);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + token + "\" is no value of a series");
    }
    boolean repeated = matcher.group(3) != null;
    int times = repeated ? Integer.parseInt(matcher.group(3)) : 0;
    if (matcher.group(1).equals("_")) {
      for (int i = 0; i < (repeated ? times : 1); i++) {
        values.add(null);
      }
      return;
    }
    double value = matcher.group(1).equals("stale") ? StaleMarker.VALUE : number(matcher.group(1));
    double increment = matcher.group(2) == null ? 0 : number(matcher.group(2));
    for (int i = 0; i <= times; i++) {
      values.add(value);
      // Summed up step by step, as Prometheus does.
      value = matcher.group(2) == null ? value : value + increment;
    }
  }

  static double number(String text) {
    String unsigned = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
    double sign = text.startsWith("-") ? -1 : 1;
    if (unsigned.equalsIgnoreCase("inf")) {
      return sign * Double.POSITIVE_INFINITY;
    }
    if (unsigned.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    return sign * Double.parseDouble(unsigned);
  }

  /** Tells whether a line is a number, which is how a scalar is expected. */
  static boolean isNumber(String line) {
    return line.matches(NUMBER);
  }

  private static int endOfLabels(String line) {
    int at = 0;
    while (at < line.length()
        && line.charAt(at) != '{'
        && line.charAt(at) != '@'
        && !Character.isWhitespace(line.charAt(at))) {
      at++;
    }
    int brace = at;
    while (brace < line.length() && line.charAt(brace) == ' ') {
      brace++;
    }
    boolean labelled =
        brace < line.length() && line.charAt(brace) == '{' && !line.startsWith("{{", brace);
    if (!labelled) {
      return at;
    }
    char quote = 0;
    for (int i = brace; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0 && quote != '`' && c == '\\') {
        i++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'' || c == '`') {
        quote = c;
      } else if (c == '}') {
        return i + 1;
      }
    }
    throw new IllegalArgumentException("the labels of \"" + line + "\" do not end");
  }

  static Labels labels(String series) {
    if (series.replace(" ", "").equals("{}")) {
      return Labels.EMPTY;
    }
    Map<String, String> labels = new TreeMap<>();
    try {
      // A matcher more, so that labels which are all empty make a selector too.
      String selector =
          series.endsWith("}")
              ? series.substring(0, series.length() - 1).replaceFirst(",\\s*$", "")
                  + (series.contains("=") || series.contains("\"") ? "," : "")
                  + "__any__=~\".+\"}"
              : series;
      Expression expression = Parser.parse(selector);
      for (Matcher matcher : ((Expression.VectorSelector) expression).matchers()) {
        if (!matcher.name().equals("__any__")) {
          labels.put(matcher.name(), matcher.value());
        }
      }
    } catch (PromqlException e) {
      throw new IllegalArgumentException("\"" + series + "\" is no series: " + e.getMessage(), e);
    }
    return Labels.of(labels);
  }
}
