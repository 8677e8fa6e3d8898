package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.store.SampleReader.Part;
import dev.guanlan.store.SampleSelection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Is the history of a shard on its way: a thread reads it, and the shard's task takes it. */
final class ShardReading {

  /** How many samples are taken before live ones and ticks have their turn. */
  private static final int SAMPLES_AT_ONCE = 20_000;

  /** Is a live sample behind the marks: a store that has it has what came before it. */
  static final class Witness {
    private final long high;
    private final long low;
    private final long millis;
    private boolean stored;

    Witness(long high, long low, long millis) {
      this.high = high;
      this.low = low;
      this.millis = millis;
    }

    /** Returns its time in milliseconds since the epoch. */
    long millis() {
      return millis;
    }

    /** Tells whether it was among what was read. */
    boolean isStored() {
      return stored;
    }

    private void lookAt(SampleBlock block, int series) {
      if (block.idLow(series) == low && block.idHigh(series) == high) {
        for (int i = block.firstSample(series); i < block.endSample(series); i++) {
          stored |= block.timestamp(i) == millis;
        }
      }
    }
  }

  /** Holds one piece, while the thread reads the next. */
  private final ArrayBlockingQueue<SampleBlock> pieces = new ArrayBlockingQueue<>(1);

  private final Future<?> work;
  private @Nullable SampleBlock piece;
  private int nextSeries;

  ShardReading(
      ShardStore.Reader reader,
      ExecutorService threads,
      ShardHistories.Shard shard,
      List<SampleSelection> selections,
      long toMillis) {
    int number = ShardKey.parse(shard.group().key()).shard();
    int shards = shard.shards();
    String tenant = shard.tenant();
    Part part = new Part(labels -> ShardKey.shard(labels, shards) == number, shards);
    work =
        threads.submit(
            () -> {
              reader.read(tenant, selections, toMillis, part, pieces::put);
              return null;
            });
  }

  /**
   * Takes some of what was read.
   *
   * @return how many samples; none if nothing more is there yet
   */
  int take(LiveGroup group, SampleIntake intake, @Nullable Witness witness) throws Exception {
    int taken = 0;
    while (taken < SAMPLES_AT_ONCE) {
      SampleBlock block = piece;
      if (block == null) {
        block = pieces.poll();
        piece = block;
        nextSeries = 0;
      }
      if (block == null) {
        break;
      }
      intake.fill(group, block, nextSeries);
      if (witness != null) {
        witness.lookAt(block, nextSeries);
      }
      taken += block.endSample(nextSeries) - block.firstSample(nextSeries);
      nextSeries++;
      if (nextSeries == block.seriesCount()) {
        piece = null;
      }
    }
    return taken;
  }

  /** Tells whether nothing more is read; what was read last can be taken then. */
  boolean isDone() {
    return work.isDone();
  }

  /** Ends a reading that is done; throws that it has failed, if so. */
  void end() throws ExecutionException, InterruptedException {
    work.get();
  }

  /** Gives up. */
  void cancel() {
    work.cancel(true);
  }
}
