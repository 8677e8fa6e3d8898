package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.Matcher;
import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.ReadLimitException;
import dev.guanlan.store.SampleReader.Pieces;
import dev.guanlan.store.SampleSelection;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Is a store that has some pieces of each metric, and gives of each as many as it is told to. */
final class TestingHistories {

  /** What a piece counts for where somebody reads only so many samples. */
  static final long SAMPLES_OF_PIECE = 300_000;

  /** Is what there is of a metric. */
  private record Stored(int pieces, Semaphore given) {}

  private final Map<String, Stored> metrics = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger reading = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger mostHeld = new AtomicInteger();
  private final AtomicInteger interrupted = new AtomicInteger();
  private volatile boolean away;

  /** Stores pieces of a metric, all of which are given. */
  TestingHistories with(String metric, int pieces) {
    return with(metric, pieces, Integer.MAX_VALUE);
  }

  TestingHistories with(String metric, int pieces, int given) {
    metrics.put(metric, new Stored(pieces, new Semaphore(given)));
    return this;
  }

  /** Gives some more pieces of a metric, to whoever reads it or will; its end counts as one. */
  void give(String metric, int pieces) {
    Objects.requireNonNull(metrics.get(metric)).given().release(pieces);
  }

  void isAway(boolean is) {
    away = is;
  }

  /** Returns the metrics that were asked for, in their order. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  /** Returns how many read. */
  int reading() {
    return reading.get();
  }

  /** Returns how many pieces were in memory at once, at most. */
  int mostHeld() {
    return mostHeld.get();
  }

  /** Returns how many were told to read no further. */
  int interrupted() {
    return interrupted.get();
  }

  ShardStore.Reader open(long maxSamples) {
    return (tenant, selections, toMillis, part, pieces) -> {
      reading.incrementAndGet();
      try {
        for (SampleSelection selection : selections) {
          read(selection, maxSamples, pieces);
        }
      } catch (InterruptedException e) {
        interrupted.incrementAndGet();
        throw e;
      } finally {
        reading.decrementAndGet();
      }
    };
  }

  private void read(SampleSelection selection, long maxSamples, Pieces pieces)
      throws IOException, InterruptedException {
    String metric = selection.matchers().stream().map(Matcher::value).findFirst().orElseThrow();
    asked.add(metric);
    Stored stored = metrics.getOrDefault(metric, new Stored(0, new Semaphore(1)));
    for (int i = 0; i < stored.pieces(); i++) {
      stored.given().acquire();
      if (away) {
        throw ClickHouseException.unreachable(
            URI.create("http://127.0.0.1:1"), "SELECT", new IOException("it is away"));
      }
      if ((i + 1) * SAMPLES_OF_PIECE > maxSamples) {
        throw new ReadLimitException("there are more than %d samples".formatted(maxSamples));
      }
      mostHeld.accumulateAndGet(held.incrementAndGet(), Math::max);
      try {
        pieces.take(
            SampleBlock.builder("t", Origin.NONE)
                .series(Labels.of("__name__", metric, "n", Integer.toString(i)))
                .sample(i, i)
                .build());
      } finally {
        held.decrementAndGet();
      }
    }
    stored.given().acquire();
  }
}
