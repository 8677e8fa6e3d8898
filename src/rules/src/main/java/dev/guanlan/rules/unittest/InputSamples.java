package dev.guanlan.rules.unittest;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.promql.notation.SequenceValue;
import dev.guanlan.promql.notation.SeriesLine;
import dev.guanlan.rules.Windows;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the samples of a test: those of the input up to a time, and those that rules recorded.
 *
 * <p>What is later than the time is not there yet. A rule that looks ahead finds nothing, as it
 * would where it runs.
 */
public final class InputSamples implements Windows {

  /** Is a series of the input, and how much of it is there already. */
  private final class Input {
    private final List<SequenceValue> values;
    private int next;

    private Input(List<SequenceValue> values) {
      this.values = values;
    }

    /** Returns how many values there are up to a time. */
    private int end(long timeMillis) {
      long passed = Math.floorDiv(timeMillis - startMillis, intervalMillis) + 1;
      return (int) Math.max(0, Math.min(passed, values.size()));
    }

    private void copy(int from, int to, Labels labels, Windows into) {
      for (int i = from; i < to; i++) {
        long timestamp = startMillis + i * intervalMillis;
        SequenceValue value = values.get(i);
        Histogram histogram = value.histogram();
        if (histogram != null) {
          into.append(labels, timestamp, histogram);
        } else if (!value.omitted()) {
          into.append(labels, timestamp, value.value());
        }
      }
    }
  }

  private final MemorySampleSource samples = new MemorySampleSource();
  private final Map<Labels, Input> inputs = new LinkedHashMap<>();
  private final Map<Labels, Long> newest = new HashMap<>();
  private final Map<Labels, Histogram> newestHistograms = new HashMap<>();
  private final long startMillis;
  private final long intervalMillis;

  /**
   * Makes samples without any.
   *
   * @param startMillis time of the first values, in milliseconds since the epoch
   * @param intervalMillis time between two values, in milliseconds
   */
  InputSamples(long startMillis, long intervalMillis) {
    this.startMillis = startMillis;
    this.intervalMillis = intervalMillis;
  }

  /** Adds a series to the input; one that is there already is replaced. */
  void add(SeriesLine series) {
    inputs.put(series.labels(), new Input(series.values()));
  }

  /**
   * Lets the samples of the input come up to a time, inclusive, in milliseconds since the epoch.
   */
  void advanceTo(long timeMillis) {
    inputs.forEach(
        (labels, input) -> {
          int end = input.end(timeMillis);
          input.copy(input.next, end, labels, this);
          input.next = Math.max(input.next, end);
        });
  }

  /**
   * Copies the input up to a time, inclusive, series by series, whatever of it is there already.
   *
   * @param timeMillis the time in milliseconds since the epoch
   */
  public void copyInput(long timeMillis, Windows to) {
    inputs.forEach((labels, input) -> input.copy(0, input.end(timeMillis), labels, to));
  }

  @Override
  public void append(Labels labels, long timestampMillis, double value) {
    if (isNews(labels, timestampMillis)) {
      samples.append(labels, timestampMillis, value);
      newestHistograms.remove(labels);
    }
  }

  @Override
  public void append(Labels labels, long timestampMillis, Histogram histogram) {
    if (isNews(labels, timestampMillis)) {
      Histogram stored = StoredHints.stored(newestHistograms.get(labels), histogram);
      samples.append(labels, timestampMillis, 0, stored);
      newestHistograms.put(labels, stored);
    }
  }

  /** Keeps a series in order, as Prometheus' storage does: the first sample of a time stays. */
  private boolean isNews(Labels labels, long timestampMillis) {
    Long last = newest.get(labels);
    boolean news = last == null || last < timestampMillis;
    if (news) {
      newest.put(labels, timestampMillis);
    }
    return news;
  }

  @Override
  public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
    return samples.select(matchers, hints);
  }
}
