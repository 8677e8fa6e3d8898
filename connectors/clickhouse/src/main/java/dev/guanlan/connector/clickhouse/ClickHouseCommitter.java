package dev.guanlan.connector.clickhouse;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.Counter;

/**
 * Inserts the blocks of a checkpoint that is complete. It returns when all are stored, or refused
 * and kept; if they cannot be in the time that they may take, it fails, and with it the task. The
 * checkpoint is then restored, and the same blocks are committed again, under the same tokens.
 */
final class ClickHouseCommitter implements Committer<ClickHouseCommittable> {

  private final Deliveries deliveries;
  private final String run;
  private final Counter repeatedBlocks;
  private final Uncommitted uncommitted;

  /**
   * Makes the committer.
   *
   * @param run what the tokens of all blocks begin with that were cut in this run of the task
   * @param repeatedBlocks counts the blocks of an earlier run, which may be stored already
   * @param uncommitted counts the bytes of blocks of this run; closed with the committer
   */
  ClickHouseCommitter(
      Deliveries deliveries, String run, Counter repeatedBlocks, Uncommitted uncommitted) {
    this.deliveries = deliveries;
    this.run = run;
    this.repeatedBlocks = repeatedBlocks;
    this.uncommitted = uncommitted;
  }

  @Override
  public void commit(Collection<CommitRequest<ClickHouseCommittable>> requests)
      throws IOException, InterruptedException {
    long bytes = 0;
    for (CommitRequest<ClickHouseCommittable> request : requests) {
      ClickHouseCommittable block = request.getCommittable();
      if (block.token().startsWith(run)) {
        bytes += block.block().held().length;
      } else {
        repeatedBlocks.inc();
      }
      deliveries.start(block);
    }
    deliveries.awaitAll();
    uncommitted.stored(bytes);
  }

  @Override
  public void close() throws IOException {
    uncommitted.close();
    deliveries.stop();
  }
}
