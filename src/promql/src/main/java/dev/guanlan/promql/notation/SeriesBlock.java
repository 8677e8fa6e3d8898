package dev.guanlan.promql.notation;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.MemorySampleSource;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the series of several lines, their samples at a fixed interval from a start on. A line for
 * the same series as one before replaces it.
 */
public final class SeriesBlock {

  /** Is a series with its values, of which the i-th is i intervals after the start. */
  private record Entry(
      List<SequenceValue> values,
      @Nullable List<@Nullable Long> ownStarts,
      @Nullable List<@Nullable Long> commonStarts) {

    /** Returns since when the value has counted; 0 if that is not known. */
    long startMillis(int index, long timestampMillis) {
      Long offset = null;
      if (ownStarts != null) {
        offset = ownStarts.get(index);
      } else if (commonStarts != null && !commonStarts.isEmpty()) {
        offset = commonStarts.get(index % commonStarts.size());
      }
      return offset == null ? 0 : timestampMillis + offset;
    }
  }

  private final Map<Labels, Entry> entries = new LinkedHashMap<>();
  private final long startMillis;
  private final long intervalMillis;

  private SeriesBlock(long startMillis, long intervalMillis) {
    this.startMillis = startMillis;
    this.intervalMillis = intervalMillis;
  }

  /**
   * Reads lines: series with their values, and before any of them, or for all, start timestamps.
   *
   * @param firstLine number of the first line, for messages
   * @param startMillis when the first values are, in milliseconds since the epoch
   * @throws IllegalArgumentException if a line is not of the notation; the message has line and
   *     column
   */
  public static SeriesBlock parse(
      List<String> lines, int firstLine, long startMillis, long intervalMillis) {
    SeriesBlock block = new SeriesBlock(startMillis, intervalMillis);
    StartTimestampLine common = null;
    StartTimestampLine own = null;
    int ownLine = 0;
    for (int i = 0; i < lines.size(); i++) {
      int number = firstLine + i;
      try {
        if (StartTimestampLine.is(lines.get(i))) {
          require(own == null, ownLine, "@st line has no following sample line");
          StartTimestampLine line = StartTimestampLine.parse(lines.get(i));
          if (line.labels().size() == 0) {
            common = line;
          } else {
            own = line;
            ownLine = number;
          }
          continue;
        }
        block.add(SeriesLine.parse(lines.get(i)), own, ownLine, common);
        own = null;
      } catch (PromqlException e) {
        throw positioned(e, lines.get(i), number);
      }
    }
    require(own == null, ownLine, "@st line has no following sample line");
    return block;
  }

  private void add(
      SeriesLine series,
      @Nullable StartTimestampLine own,
      int ownLine,
      @Nullable StartTimestampLine common) {
    if (own != null) {
      require(
          own.labels().equals(series.labels()),
          ownLine,
          "@st metric does not match the following sample line metric");
      int given = own.offsets().size();
      int wanted = series.values().size();
      require(
          given == wanted,
          ownLine,
          "@st line has " + given + " values but sample line has " + wanted);
    }
    entries.put(
        series.labels(),
        new Entry(
            series.values(),
            own == null ? null : own.offsets(),
            common == null ? null : common.offsets()));
  }

  private static void require(boolean met, int line, String message) {
    if (!met) {
      throw new IllegalArgumentException(line + ":1: parse error: " + message);
    }
  }

  /** Returns an error in a line of several, as Prometheus words it. */
  public static IllegalArgumentException positioned(PromqlException e, String line, int number) {
    int offset = Math.min(e.startOffset(), line.length());
    // Columns count bytes, as in Prometheus.
    int column = line.substring(0, offset).getBytes(StandardCharsets.UTF_8).length + 1;
    return new IllegalArgumentException(
        number + ":" + column + ": parse error: " + e.getMessage(), e);
  }

  /**
   * Adds to a source the native histograms that the classic ones among the series make.
   *
   * @throws IllegalArgumentException if a classic histogram contradicts itself
   */
  public void appendConvertedTo(MemorySampleSource source) {
    ClassicConversion conversion = new ClassicConversion();
    entries.forEach(
        (labels, entry) -> {
          for (int i = 0; i < entry.values().size(); i++) {
            SequenceValue value = entry.values().get(i);
            if (!value.omitted() && value.histogram() == null) {
              conversion.add(labels, startMillis + i * intervalMillis, value.value());
            }
          }
        });
    conversion.convert(
        (labels, timestamp, histogram) -> source.append(labels, timestamp, 0, histogram));
  }

  /** Adds all samples to a source. */
  public void appendTo(MemorySampleSource source) {
    appendTo(source, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /**
   * Adds the samples of a time range to a source.
   *
   * @param fromMillis begin of the range, inclusive, in milliseconds since the epoch
   * @param untilMillis end of the range, inclusive, in milliseconds since the epoch
   */
  public void appendTo(MemorySampleSource source, long fromMillis, long untilMillis) {
    entries.forEach((labels, entry) -> append(source, labels, entry, fromMillis, untilMillis));
  }

  private void append(
      MemorySampleSource source, Labels labels, Entry entry, long fromMillis, long untilMillis) {
    for (int i = 0; i < entry.values().size(); i++) {
      long timestamp = startMillis + i * intervalMillis;
      SequenceValue value = entry.values().get(i);
      if (value.omitted() || timestamp < fromMillis || timestamp > untilMillis) {
        continue;
      }
      long start = entry.startMillis(i, timestamp);
      Histogram histogram = value.histogram();
      if (histogram == null) {
        source.append(labels, timestamp, start, value.value());
      } else {
        source.append(labels, timestamp, start, histogram);
      }
    }
  }
}
