package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Extension;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hands the samples of an extended range out when it is asked for itself: those within it, and one
 * at each of its ends ({@code extendFloats} in Prometheus' {@code promql/engine.go}).
 */
final class ExtendedSamples implements SeriesSet {

  private final SeriesSet series;
  private final long startMillis;
  private final long endMillis;
  private final boolean smoothed;
  private final long firstMillis;
  private final long lastMillis;
  private final RangeRemarks remarks;

  /** Samples of the source's series that are no stale markers. */
  private long[] times = new long[0];

  private double[] values = new double[0];
  private @Nullable Histogram[] histograms = new Histogram[0];

  private long[] extendedTimes = new long[0];
  private double[] extendedValues = new double[0];
  private @Nullable Histogram[] extendedHistograms = new Histogram[0];
  private int length;

  /** Takes over series of the samples in reach of a range that ends at {@code endMillis}. */
  ExtendedSamples(SeriesSet series, Reach reach, long endMillis, RangeRemarks remarks) {
    this.series = series;
    this.startMillis = endMillis - reach.rangeMillis();
    this.endMillis = endMillis;
    this.smoothed = reach.extension() == Extension.SMOOTHED;
    this.firstMillis = startMillis - reach.beforeMillis() + 1;
    this.lastMillis = endMillis + reach.afterMillis();
    this.remarks = remarks;
  }

  @Override
  public boolean next() throws IOException {
    while (series.next()) {
      remarks.begin(series.labels().metricName());
      if (extend(load())) {
        return true;
      }
    }
    length = 0;
    return false;
  }

  private int load() {
    int most = series.to() - series.from();
    times = new long[most];
    values = new double[most];
    histograms = new Histogram[most];
    @Nullable Histogram @Nullable [] column = series.histograms();
    int loaded = 0;
    for (int i = series.from(); i < series.to(); i++) {
      Histogram histogram = column == null ? null : column[i];
      long time = series.timestamps()[i];
      boolean inReach = time >= firstMillis && time <= lastMillis;
      if (inReach && (histogram != null || !StaleMarker.is(series.values()[i]))) {
        times[loaded] = time;
        values[loaded] = series.values()[i];
        histograms[loaded++] = histogram;
      }
    }
    return loaded;
  }

  /** Puts the extended samples together; tells whether there are any. */
  private boolean extend(int loaded) {
    if (loaded == 0) {
      return false;
    }
    int last = loaded - 1;
    int first = ExtendedRates.first(times, 0, last, startMillis);
    if (smoothed) {
      last = ExtendedRates.firstFrom(times, 0, last, endMillis);
    }
    if (times[last] <= startMillis || times[first] > endMillis) {
      return false;
    }
    for (int i = 1; i < loaded; i++) {
      if ((histograms[i] == null) != (histograms[0] == null)) {
        remarks.mixed();
        return false;
      }
    }
    int from = times[first] <= startMillis ? first + 1 : first;
    int to = times[last] >= endMillis ? last : last + 1;
    int within = Math.max(0, to - from);
    length = within + 2;
    extendedTimes = new long[length];
    extendedValues = new double[length];
    extendedHistograms = new Histogram[length];
    System.arraycopy(times, from, extendedTimes, 1, within);
    System.arraycopy(values, from, extendedValues, 1, within);
    System.arraycopy(histograms, from, extendedHistograms, 1, within);
    boolean interpolated = smoothed && times[first] < startMillis;
    boolean known = put(0, startMillis, first, interpolated ? first + 1 : first);
    interpolated = smoothed && last > 0 && times[last] > endMillis;
    return known && put(length - 1, endMillis, interpolated ? last - 1 : last, last);
  }

  /** Puts a sample at an end of the range; tells whether it is known. */
  private boolean put(int index, long millis, int left, int right) {
    extendedTimes[index] = millis;
    extendedValues[index] =
        left == right
            ? values[left]
            : ExtendedRates.interpolate(
                times[left], values[left], times[right], values[right], millis, false);
    Histogram leftHistogram = histograms[left];
    Histogram rightHistogram = histograms[right];
    if (leftHistogram == null || rightHistogram == null) {
      return true;
    }
    if (!rightHistogram.isCompatibleWith(leftHistogram)) {
      remarks.mixedSchemas();
      return false;
    }
    extendedHistograms[index] =
        left == right
            ? leftHistogram
            : ExtendedHistogramRates.interpolate(
                times[left], leftHistogram, times[right], rightHistogram, millis, false, remarks);
    return true;
  }

  @Override
  public Labels labels() {
    return series.labels();
  }

  @Override
  public long[] timestamps() {
    return extendedTimes;
  }

  @Override
  public double[] values() {
    return extendedValues;
  }

  @Override
  public @Nullable Histogram @Nullable [] histograms() {
    boolean any = Arrays.stream(extendedHistograms).anyMatch(histogram -> histogram != null);
    return any ? extendedHistograms : null;
  }

  @Override
  public int from() {
    return 0;
  }

  @Override
  public int to() {
    return length;
  }

  @Override
  public void close() throws IOException {
    series.close();
  }
}
