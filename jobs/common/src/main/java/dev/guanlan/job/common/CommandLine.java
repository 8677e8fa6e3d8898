package dev.guanlan.job.common;

import java.util.Collection;
import java.util.Comparator;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.description.HtmlFormatter;

/** Reads {@code --key value} pairs and says what is wrong with them. */
final class CommandLine {

  private static final int LONGEST_QUOTE = 100;

  private CommandLine() {}

  static Configuration read(String[] args, Collection<String> known) {
    Configuration values = new Configuration();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (!arg.startsWith("--")) {
        throw new IllegalArgumentException(
            "the argument %s is no option; options are given as --key value".formatted(quote(arg)));
      }
      int equals = arg.indexOf('=');
      String key = equals < 0 ? arg.substring(2) : arg.substring(2, equals);
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "the option %s is unknown; the nearest is --%s"
                .formatted(quote("--" + key), nearest(key, known)));
      }
      if (values.containsKey(key)) {
        throw new IllegalArgumentException(
            "the option --%s is given twice; give it once".formatted(key));
      }
      if (equals < 0 && i + 1 == args.length) {
        throw new IllegalArgumentException(
            "the option --%s has no value; give it as --%s value".formatted(key, key));
      }
      values.setString(key, equals < 0 ? args[++i] : arg.substring(equals + 1));
    }
    return values;
  }

  static String describe(ConfigOption<?> option) {
    return new HtmlFormatter().format(option.description());
  }

  /** Returns text in quotes, cut and with its control characters escaped. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                quoted.append("\\u%04x".formatted(c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append(text.length() > LONGEST_QUOTE ? "…\"" : "\"").toString();
  }

  private static String nearest(String key, Collection<String> known) {
    String bounded = key.substring(0, Math.min(key.length(), LONGEST_QUOTE));
    return known.stream()
        .min(Comparator.comparingInt((String name) -> distance(bounded, name)))
        .orElseThrow();
  }

  /** Returns the edit distance (Levenshtein, 1966): the fewest single-character edits. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j < previous.length; j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
