package dev.guanlan.promql.notation;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.guanlan.model.Labels;
import dev.guanlan.promql.Durations;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.Quoting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is a line that gives samples their start timestamps, each as a distance from its sample: {@code
 * m{a="b"}@st _ -30s-1mx2}. Without a series, {@code @st -1m}, it holds for all lines that name
 * none of their own. Source: {@code parseSTLine} of Prometheus' {@code promqltest/test.go}.
 *
 * @param labels of the series it belongs to; empty if it belongs to all
 * @param offsets in milliseconds; null where no start timestamp is
 */
record StartTimestampLine(Labels labels, List<@Nullable Long> offsets) {

  private static final String DURATION = "([+-]?[0-9]+[a-wyzA-WYZ]*)";

  private static final Pattern ITEM =
      Pattern.compile("(?:(_|\\*)|" + DURATION + "(?:([+-])" + DURATION + ")?)(?:x([0-9]{1,9}))?");

  /** Tells whether a line is of this kind. */
  static boolean is(String line) {
    return line.strip().split("[ \t]", 2)[0].endsWith("@st") && line.strip().matches(".*[ \t].*");
  }

  /** Reads a line. */
  static StartTimestampLine parse(String line) throws PromqlException {
    String[] parts = line.strip().split("[ \t]+", 0);
    String series = parts[0].substring(0, parts[0].length() - "@st".length());
    List<@Nullable Long> offsets = new ArrayList<>();
    Cursor cursor = new Cursor(line);
    long previous = 0;
    for (int i = 1; i < parts.length; i++) {
      try {
        previous = addItem(parts[i], previous, offsets);
      } catch (IllegalArgumentException e) {
        throw cursor.error(
            "invalid @st sequence: invalid ST item "
                + Quoting.quoted(parts[i])
                + ": "
                + e.getMessage(),
            line.indexOf(parts[i]));
      }
    }
    Labels labels = series.isEmpty() ? Labels.EMPTY : SeriesLine.parse(series).labels();
    return new StartTimestampLine(labels, offsets);
  }

  /** Adds what an item stands for; returns the offset that is the previous one from now on. */
  private static long addItem(String item, long previous, List<@Nullable Long> offsets) {
    Matcher matcher = ITEM.matcher(item);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("expected a duration, \"_\" or \"*\"");
    }
    boolean repeated = matcher.group(5) != null;
    long times = repeated ? Long.parseLong(matcher.group(5)) : 0;
    if (offsets.size() + times > SeriesLine.MAX_VALUES) {
      throw new IllegalArgumentException("invalid repeat count");
    }
    if ("_".equals(matcher.group(1))) {
      if (repeated && times == 0) {
        throw new IllegalArgumentException("invalid repeat count");
      }
      for (long i = 0; i < (repeated ? times : 1); i++) {
        offsets.add(null);
      }
      return previous;
    }
    long offset = matcher.group(1) != null ? previous : duration(matcher.group(2));
    long step = 0;
    if (matcher.group(3) != null) {
      step = duration(matcher.group(4)) * (matcher.group(3).equals("-") ? -1 : 1);
      if (!repeated) {
        throw new IllegalArgumentException("expected 'x<count>' after step duration");
      }
    }
    for (long i = 0; i <= times; i++) {
      offsets.add(offset + i * step);
    }
    return offset + times * step;
  }

  private static long duration(String text) {
    boolean signed = text.startsWith("+") || text.startsWith("-");
    long millis = Durations.parse(signed ? text.substring(1) : text);
    return text.startsWith("-") ? -millis : millis;
  }
}
