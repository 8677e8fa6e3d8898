package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.Matcher;
import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.SampleReader.Part;
import dev.guanlan.store.SampleReader.Pieces;
import dev.guanlan.store.SampleSelection;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Is a store in memory that has what came in some seconds ago, and can be away. */
final class TestingStore implements ShardStore.Source, ShardStore.Reader {

  private static final long serialVersionUID = 1;
  private static final int SERIES_OF_PIECE = 3;

  /** How long it takes to store what came in. */
  private static final long LAG_MILLIS = 8_000;

  /** How long after a mark is read, which is longer. */
  static final long DELAY_MILLIS = 10_000;

  /**
   * Is what somebody asked for.
   *
   * @param toMillis up to which time
   */
  record Asked(List<SampleSelection> selections, long toMillis) {}

  /** Says how the store is. */
  enum Health {
    /** It answers. */
    WELL,
    /** It answers nobody for some time. */
    AWAY,
    /** It does not answer what it is asked. */
    REFUSES,
    /** It begins to answer and does not go on. */
    HANGS,
    /** It answers, and gets nothing new to store. */
    LAGS
  }

  private final transient List<SampleBlock> blocks = new CopyOnWriteArrayList<>();
  private final transient List<Asked> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger hanging = new AtomicInteger();
  private volatile Health health = Health.WELL;
  private volatile long nowMillis;
  private volatile long storedUpToMillis = Long.MAX_VALUE;

  ShardStore store() {
    return new ShardStore(this, DELAY_MILLIS);
  }

  /** Takes a scrape that comes in at the time that is the offset of its origin. */
  void take(SampleBlock block) {
    if (!blocks.contains(block)) {
      blocks.add(block);
    }
  }

  /** Moves the wall clock. */
  void clock(long millis) {
    nowMillis = millis;
  }

  void is(Health next) {
    storedUpToMillis = next == Health.LAGS ? nowMillis - LAG_MILLIS : Long.MAX_VALUE;
    health = next;
  }

  /** Tells whether any of those who read, so many in all, will be answered. */
  boolean answers(long reading) {
    return health != Health.HANGS && reading > hanging.get();
  }

  /** Returns what was asked for, in its order. */
  List<Asked> asked() {
    return asked;
  }

  @Override
  public ShardStore.Reader open() {
    return this;
  }

  @Override
  public void read(
      String tenant, List<SampleSelection> selections, long toMillis, Part part, Pieces pieces)
      throws IOException, InterruptedException {
    asked.add(new Asked(selections, toMillis));
    switch (health) {
      case WELL, LAGS -> {}
      case AWAY ->
          throw ClickHouseException.unreachable(
              URI.create("http://127.0.0.1:1"), "SELECT", new IOException("it is away"));
      case REFUSES -> throw new IOException("it refuses");
      case HANGS -> {
        hanging.incrementAndGet();
        try {
          new CountDownLatch(1).await();
        } finally {
          hanging.decrementAndGet();
        }
      }
    }
    send(tenant, find(tenant, selections, toMillis, part), pieces);
  }

  /** Is where a sample stands. */
  private record Place(SampleBlock block, int sample) {}

  private Map<Labels, SortedMap<Long, Place>> find(
      String tenant, List<SampleSelection> selections, long toMillis, Part part) {
    Map<Labels, SortedMap<Long, Place>> found = new TreeMap<>();
    for (SampleBlock block : blocks) {
      long millis = block.origin().offset();
      if (millis > Math.min(nowMillis - LAG_MILLIS, storedUpToMillis)
          || !block.tenant().equals(tenant)) {
        continue;
      }
      for (int s = 0; s < block.seriesCount(); s++) {
        Labels labels = block.labels(s);
        for (SampleSelection selection : selections) {
          if (part.chosen().test(labels) && Matcher.allMatch(selection.matchers(), labels)) {
            for (int i = block.firstSample(s); i < block.endSample(s); i++) {
              long at = block.timestamp(i);
              if (at > selection.fromMillis() && at <= toMillis) {
                found
                    .computeIfAbsent(labels, series -> new TreeMap<>())
                    .putIfAbsent(at, new Place(block, i));
              }
            }
          }
        }
      }
    }
    return found;
  }

  private static void send(String tenant, Map<Labels, SortedMap<Long, Place>> found, Pieces pieces)
      throws InterruptedException {
    SampleBlock.Builder piece = SampleBlock.builder(tenant, Origin.NONE);
    int series = 0;
    for (Map.Entry<Labels, SortedMap<Long, Place>> entry : found.entrySet()) {
      piece.series(entry.getKey());
      for (Map.Entry<Long, Place> sample : entry.getValue().entrySet()) {
        Place at = sample.getValue();
        var histogram = at.block().histogram(at.sample());
        if (histogram == null) {
          piece.sample(sample.getKey(), at.block().value(at.sample()));
        } else {
          piece.histogram(sample.getKey(), histogram);
        }
      }
      series++;
      if (series % SERIES_OF_PIECE == 0) {
        pieces.take(piece.build());
        piece = SampleBlock.builder(tenant, Origin.NONE);
      }
    }
    if (series % SERIES_OF_PIECE != 0) {
      pieces.take(piece.build());
    }
  }
}
