package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.store.SampleReader.Part;
import dev.guanlan.store.SampleSelection;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Is the history of a shard on its way: a thread reads it, and the shard's task takes it. */
final class ShardReading {

  /** How many samples are taken before live ones and ticks have their turn. */
  private static final int SAMPLES_AT_ONCE = 20_000;

  /**
   * Is a live sample behind the marks: where the store has it, it has what came before it from the
   * same partition.
   */
  record Witness(long high, long low, long millis) {

    private boolean isIn(SampleBlock block) {
      for (int s = 0; s < block.seriesCount(); s++) {
        if (block.idLow(s) == low && block.idHigh(s) == high) {
          for (int i = block.firstSample(s); i < block.endSample(s); i++) {
            if (block.timestamp(i) == millis) {
              return true;
            }
          }
        }
      }
      return false;
    }
  }

  /** Says that the store is too far behind. */
  static final class NotStoredException extends Exception {
    private static final long serialVersionUID = 1;

    private NotStoredException(Witness witness) {
      super(
          "a sample of %d that came after it was marked is not stored yet; see how far the ingest"
                  .formatted(witness.millis())
              + " job is behind, and whether --"
              + BootstrapOptions.DELAY.key()
              + " is long enough");
    }
  }

  /** Holds one piece, while the thread reads the next. */
  private final ArrayBlockingQueue<SampleBlock> pieces = new ArrayBlockingQueue<>(1);

  private final ShardStore.Reader reader;
  private final String tenant;
  private final Part part;
  private final Future<?> work;
  private @Nullable SampleBlock piece;
  private int nextSeries;

  /**
   * Begins to read.
   *
   * @param witnesses what has to be stored already; nothing is read if any is not
   */
  ShardReading(
      ShardStore.Reader reader,
      ExecutorService threads,
      ShardHistories.Shard shard,
      List<Witness> witnesses,
      List<SampleSelection> selections,
      long toMillis) {
    int number = ShardKey.parse(shard.group().key()).shard();
    int shards = shard.shards();
    this.reader = reader;
    this.tenant = shard.tenant();
    this.part = new Part(labels -> ShardKey.shard(labels, shards) == number, shards);
    work =
        threads.submit(
            () -> {
              // First: what is read before the last of them is stored can lack something.
              expect(witnesses, selections);
              reader.read(tenant, selections, toMillis, part, pieces::put);
              return null;
            });
  }

  private void expect(List<Witness> witnesses, List<SampleSelection> selections)
      throws NotStoredException, IOException, InterruptedException {
    if (witnesses.isEmpty()) {
      return;
    }
    long oldest = witnesses.stream().mapToLong(Witness::millis).min().orElseThrow();
    long newest = witnesses.stream().mapToLong(Witness::millis).max().orElseThrow();
    Set<SampleSelection> recent = new LinkedHashSet<>();
    for (SampleSelection selection : selections) {
      recent.add(new SampleSelection(selection.matchers(), oldest - 1));
    }
    Set<Witness> missing = new LinkedHashSet<>(witnesses);
    reader.read(
        tenant,
        List.copyOf(recent),
        newest,
        part,
        block -> missing.removeIf(witness -> witness.isIn(block)));
    for (Witness witness : missing) {
      throw new NotStoredException(witness);
    }
  }

  /**
   * Takes some of what was read.
   *
   * @return how many samples; none if nothing more is there yet
   */
  int take(LiveGroup group, SampleIntake intake) throws Exception {
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
