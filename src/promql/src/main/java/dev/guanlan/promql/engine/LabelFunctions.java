package dev.guanlan.promql.engine;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.guanlan.model.Labels;
import dev.guanlan.promql.AnchoredRegex;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.LabelNames;
import dev.guanlan.promql.Trees;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Evaluates {@code label_replace}, {@code label_join} and {@code sort_by_label}. */
final class LabelFunctions {

  /**
   * Bounds the values of labels that are made, in characters: nested calls could double them again
   * and again.
   */
  static final int MAX_VALUE_LENGTH = 1 << 16;

  private LabelFunctions() {}

  private static String text(Expression.Call call, int argument) {
    return ((Expression.StringLiteral) Trees.unwrap(call.arguments().get(argument))).value();
  }

  static StepMatrix replace(Query query, Expression.Call call, StepMatrix matrix)
      throws EvaluationException {
    String target = text(call, 1);
    String template = text(call, 2);
    String source = text(call, 3);
    Pattern pattern;
    try {
      pattern = new AnchoredRegex(text(call, 4)).toPattern();
    } catch (IllegalArgumentException e) {
      throw failure(call, "invalid regular expression in label_replace(): " + text(call, 4));
    }
    checkName(call, "destination", target);
    for (int row = 0; row < matrix.size(); row++) {
      Labels labels = matrix.labels(row);
      Matcher matcher = pattern.matcher(labels.getOrEmpty(source));
      if (matcher.matches()) {
        String value = expand(template, matcher);
        if (value.length() > MAX_VALUE_LENGTH) {
          throw tooLong(call);
        }
        set(query, call, matrix, row, target, value);
      }
    }
    return Query.merged(matrix, call.position());
  }

  static StepMatrix join(Query query, Expression.Call call, StepMatrix matrix)
      throws EvaluationException {
    String target = text(call, 1);
    List<String> sources = new ArrayList<>();
    for (int i = 3; i < call.arguments().size(); i++) {
      checkName(call, "source", text(call, i));
      sources.add(text(call, i));
    }
    checkName(call, "destination", target);
    for (int row = 0; row < matrix.size(); row++) {
      Labels labels = matrix.labels(row);
      List<String> values = sources.stream().map(labels::getOrEmpty).toList();
      long length = (long) text(call, 2).length() * values.size();
      for (String value : values) {
        length += value.length();
      }
      if (length > MAX_VALUE_LENGTH) {
        throw tooLong(call);
      }
      set(query, call, matrix, row, target, String.join(text(call, 2), values));
    }
    return Query.merged(matrix, call.position());
  }

  /** Returns the rows in the natural order of some labels, and of all others where those agree. */
  static StepMatrix sorted(Expression.Call call, StepMatrix matrix, boolean descending) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i < call.arguments().size(); i++) {
      names.add(text(call, i));
    }
    Comparator<Labels> order =
        (left, right) -> {
          for (String name : names) {
            int byName =
                NaturalOrder.INSTANCE.compare(left.getOrEmpty(name), right.getOrEmpty(name));
            if (byName != 0) {
              return byName;
            }
          }
          return left.compareTo(right);
        };
    Comparator<Integer> byLabels = Comparator.comparing(matrix::labels, order);
    int[] rows =
        IntStream.range(0, matrix.size())
            .boxed()
            .sorted(descending ? byLabels.reversed() : byLabels)
            .mapToInt(Integer::intValue)
            .toArray();
    return matrix.rows(rows, rows.length);
  }

  private static void set(
      Query query, Expression.Call call, StepMatrix matrix, int row, String name, String value)
      throws EvaluationException {
    query.budget().hold((long) value.length() * Character.BYTES, call.position());
    matrix.setLabels(row, matrix.labels(row).with(name, value));
    if (name.equals(Labels.METRIC_NAME)) {
      matrix.setNameDropped(row, false);
    }
  }

  private static EvaluationException tooLong(Expression.Call call) {
    return new EvaluationException(
        EvaluationException.Kind.TOO_MUCH_MEMORY,
        call.function().text()
            + "() would make the value of a label longer than "
            + MAX_VALUE_LENGTH
            + " characters; let it put less together",
        call.position());
  }

  private static void checkName(Expression.Call call, String which, String name)
      throws EvaluationException {
    if (!LabelNames.isValid(name)) {
      throw failure(
          call, "invalid " + which + " label name in " + call.function().text() + "(): " + name);
    }
  }

  private static EvaluationException failure(Expression.Call call, String message) {
    return new EvaluationException(EvaluationException.Kind.EXECUTION, message, call.position());
  }

  /**
   * Replaces {@code $1}, {@code ${name}} and {@code $$} as Go's {@code regexp.Expand} does. Stops
   * soon after the text has become longer than a label's value may be.
   */
  static String expand(String template, Matcher matcher) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < template.length() && text.length() <= MAX_VALUE_LENGTH) {
      char c = template.charAt(at++);
      if (c != '$' || at == template.length()) {
        text.append(c);
        continue;
      }
      if (template.charAt(at) == '$') {
        text.append('$');
        at++;
        continue;
      }
      boolean braces = template.charAt(at) == '{';
      int start = braces ? at + 1 : at;
      int end = start;
      while (end < template.length() && isWord(template.charAt(end))) {
        end++;
      }
      boolean closed = !braces || (end < template.length() && template.charAt(end) == '}');
      if (end == start || !closed) {
        text.append('$');
        continue;
      }
      text.append(group(matcher, template.substring(start, end)));
      at = braces ? end + 1 : end;
    }
    return text.toString();
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private static String group(Matcher matcher, String name) {
    String group = null;
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int number = name.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(name);
      group = number <= matcher.groupCount() ? matcher.group(number) : null;
    } else if (matcher.pattern().namedGroups().containsKey(name)) {
      group = matcher.group(name);
    }
    return group == null ? "" : group;
  }
}
