package dev.guanlan.bench.nodes;

import java.util.SplittableRandom;

/**
 * Names a shape that the values of a series have over time. What is measured depends on it: a
 * constant costs next to nothing on disk, a noisy gauge nearly eight bytes.
 */
public enum ValueKind {
  /** Stays: sizes, limits, error counters that never move. */
  CONSTANT {
    @Override
    double first(SplittableRandom random, double scale) {
      return Math.rint(random.nextDouble() * scale);
    }

    @Override
    double next(double value, double scale, SplittableRandom random) {
      return value;
    }
  },

  /** Is 1 but for one target in twenty, which is down for good. */
  UP {
    @Override
    double first(SplittableRandom random, double scale) {
      return random.nextInt(20) == 0 ? 0 : 1;
    }

    @Override
    double next(double value, double scale, SplittableRandom random) {
      return value;
    }
  },

  /** Changes at one scrape in twenty. */
  RARE {
    @Override
    double first(SplittableRandom random, double scale) {
      return Math.rint(random.nextDouble() * scale);
    }

    @Override
    double next(double value, double scale, SplittableRandom random) {
      return random.nextInt(20) == 0 ? value + 1 + random.nextInt(3) : value;
    }
  },

  /** Counts whole things, {@code scale} of them between two scrapes on average. */
  COUNTER {
    @Override
    double first(SplittableRandom random, double scale) {
      return Math.rint(random.nextDouble() * scale * 100_000);
    }

    @Override
    double next(double value, double scale, SplittableRandom random) {
      return value + Math.rint(scale * (0.5 + random.nextDouble()));
    }
  },

  /** Counts seconds in hundredths, as the kernel tells CPU time. */
  SECONDS {
    @Override
    double first(SplittableRandom random, double scale) {
      return hundredths(random.nextDouble() * scale * 100_000);
    }

    @Override
    double next(double value, double scale, SplittableRandom random) {
      return hundredths(value + scale * (0.7 + 0.6 * random.nextDouble()));
    }
  },

  /** Goes up and down in pages of memory around {@code scale} bytes. */
  PAGES {
    @Override
    double first(SplittableRandom random, double scale) {
      return Math.rint(scale * (0.5 + random.nextDouble()) / PAGE) * PAGE;
    }

    @Override
    double next(double value, double scale, SplittableRandom random) {
      double drift = (random.nextDouble() - 0.5) * scale / 500;
      return Math.max(0, value + Math.rint(drift / PAGE) * PAGE);
    }
  },

  /** Goes up and down with two digits behind the point: loads, temperatures. */
  GAUGE {
    @Override
    double first(SplittableRandom random, double scale) {
      return hundredths(scale * (0.5 + random.nextDouble()));
    }

    @Override
    double next(double value, double scale, SplittableRandom random) {
      return hundredths(Math.max(0, value + (random.nextDouble() - 0.5) * scale / 10));
    }
  },

  /** Goes up and down with all the digits that a double has: quotients, averages. */
  RATIO {
    @Override
    double first(SplittableRandom random, double scale) {
      return random.nextDouble() * scale;
    }

    @Override
    double next(double value, double scale, SplittableRandom random) {
      return value * (0.95 + random.nextDouble() / 10);
    }
  };

  private static final int PAGE = 4096;

  /** Returns the value at the first scrape. */
  abstract double first(SplittableRandom random, double scale);

  /** Returns the value at the next scrape. */
  abstract double next(double value, double scale, SplittableRandom random);

  private static double hundredths(double value) {
    return Math.rint(value * 100) / 100;
  }
}
