package dev.guanlan.bench.promql;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.engine.MemorySampleSource;

/**
 * Makes the series that are queried: those of machines that send counters every 15 seconds for two
 * hours, ten series a machine.
 */
final class Fleet {

  /** Milliseconds in an hour. */
  static final long HOUR = 3_600_000;

  /** When the data ends, in milliseconds. */
  static final long END = 2 * HOUR;

  private static final long INTERVAL = 15_000;

  private static final String[] BOUNDS = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf"
  };

  private static final int BUCKETS = 20;

  private Fleet() {}

  /** Loads {@code m}, of four labels, and {@code info}, one series a machine. */
  static void loadCounters(MemorySampleSource source, int series) {
    for (int i = 0; i < series; i++) {
      String instance = "node-" + i / 10;
      Labels labels =
          Labels.of(
              "__name__", "m", "instance", instance, "l", "l" + i % 20, "path", "/p" + i % 10);
      for (long time = 0; time <= END; time += INTERVAL) {
        source.append(labels, time, i + time / 1e3);
      }
      if (i % 10 == 0) {
        Labels info = Labels.of("__name__", "info", "instance", instance, "version", "1." + i % 7);
        for (long time = 0; time <= END; time += INTERVAL) {
          source.append(info, time, 1);
        }
      }
    }
  }

  /** Loads {@code m_bucket}: ten buckets a histogram, each a series. */
  static void loadClassicHistograms(MemorySampleSource source, int series) {
    for (int i = 0; i < series; i++) {
      int bucket = i % BOUNDS.length;
      int histogram = i / BOUNDS.length;
      Labels labels =
          Labels.of(
              "__name__",
              "m_bucket",
              "instance",
              "node-" + histogram,
              "l",
              "l" + histogram % 20,
              "le",
              BOUNDS[bucket]);
      for (long time = 0; time <= END; time += INTERVAL) {
        source.append(labels, time, (bucket + 1) * (time / 1e3));
      }
    }
  }

  /** Loads {@code native}: a histogram of twenty buckets every minute for the last 70 minutes. */
  static void loadNativeHistograms(MemorySampleSource source, int series) {
    int[] indexes = new int[BUCKETS];
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      indexes[bucket] = bucket - BUCKETS / 2;
    }
    for (int i = 0; i < series; i++) {
      Labels labels =
          Labels.of(
              "__name__",
              "native",
              "instance",
              "node-" + i / 10,
              "l",
              "l" + i % 20,
              "path",
              "/p" + i % 10);
      for (long time = END - 70 * 60_000L; time <= END; time += 60_000) {
        double[] counts = new double[BUCKETS];
        double count = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
          counts[bucket] = (bucket + 1) * (time / 60_000);
          count += counts[bucket];
        }
        source.append(
            labels,
            time,
            0,
            new Histogram(
                ResetHint.UNKNOWN,
                3,
                1e-128,
                0,
                count,
                count,
                Buckets.of(indexes, counts, BUCKETS),
                Buckets.EMPTY,
                new double[0]));
      }
    }
  }
}
