package dev.guanlan.connector.clickhouse;

import java.io.IOException;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.InitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes elements as rows into ClickHouse, exactly once or at least once.
 *
 * <p>The life of a block, exactly once:
 *
 * <ol>
 *   <li>A {@link RowEncoder} writes the rows of elements into the buffer of their table.
 *   <li>When the buffer is large enough, and at every checkpoint, {@link ClickHouseWriter} cuts it:
 *       its rows become a {@link ClickHouseCommittable}, with a token that no other block ever has.
 *   <li>With the barrier, the blocks go to the committer, and its state, rows and all, into the
 *       checkpoint ({@link ClickHouseCommittableSerializer}). Nothing is in ClickHouse yet.
 *   <li>When the checkpoint is complete, {@link ClickHouseCommitter} inserts its blocks, several at
 *       once. ClickHouse stores a block of a token once; the same block again is no error and
 *       changes nothing, also not in the tables of materialized views.
 *   <li>A block that fails for a passing reason (server away, busy, too many parts) is sent again,
 *       with growing pauses, for a bounded time; then the task fails, and restarts from the
 *       checkpoint that has the block.
 *   <li>A block whose content is refused is cut in halves until the guilty row stands alone. Each
 *       half has a token made of the block's and its place in it, so that who repeats the search
 *       stores nothing twice. The guilty row goes to {@link RefusedRows} and is counted.
 *   <li>A refusal that no repetition mends (password, missing table) fails the task at once. The
 *       block stays in the checkpoint until a person has helped.
 *   <li>After any crash, all blocks of the restored checkpoint are committed again. Those that were
 *       stored change nothing; blocks cut since the checkpoint are forgotten, for their elements
 *       come again.
 * </ol>
 *
 * <p>At least once, the writer sends each block itself as soon as it is cut, after an interval at
 * the latest, and a checkpoint completes when everything before it is stored. After a crash the
 * rows since the last checkpoint are written again, under other tokens.
 *
 * @param <T> what the stream carries
 */
public final class ClickHouseSink<T> implements Sink<T>, SupportsCommitter<ClickHouseCommittable> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ClickHouseSink.class);

  /** Tells this sink from others of the job. */
  private final UUID id = UUID.randomUUID();

  private final ClickHouseTarget target;
  private final RowEncoder<? super T> encoder;
  private final DeliveryGuarantee guarantee;
  private final RefusedRows refused;
  private final InsertLimits limits;

  ClickHouseSink(
      ClickHouseTarget target,
      RowEncoder<? super T> encoder,
      DeliveryGuarantee guarantee,
      RefusedRows refused,
      InsertLimits limits) {
    this.target = target;
    this.encoder = encoder;
    this.guarantee = guarantee;
    this.refused = refused;
    this.limits = limits;
  }

  /** Starts a sink that writes what {@code encoder} makes to {@code target}. */
  public static <T> ClickHouseSinkBuilder<T> builder(
      ClickHouseTarget target, RowEncoder<? super T> encoder) {
    return new ClickHouseSinkBuilder<>(target, encoder);
  }

  @Override
  public CommittingSinkWriter<T, ClickHouseCommittable> createWriter(WriterInitContext context)
      throws IOException {
    encoder.open(context.metricGroup());
    Turns turns = new TaskTurns(context.getMailboxExecutor(), context.getProcessingTimeService());
    Deliveries deliveries = null;
    if (guarantee == DeliveryGuarantee.AT_LEAST_ONCE) {
      deliveries = deliveries(turns, InsertMetrics.of(context.metricGroup()));
    }
    Uncommitted uncommitted = Uncommitted.ofWriter(task(context));
    if (deliveries == null && !uncommitted.hasCommitter()) {
      LOG.warn(
          "The committer of {} is in another task than its writer, so that what checkpoints took"
              + " and nobody stored yet does not count for heldBytes; let them be chained, and of"
              + " one parallelism",
          context.getTaskInfo().getTaskName());
    }
    return new ClickHouseWriter<>(
        encoder,
        deliveries,
        turns,
        limits,
        new WriterMetrics(context.metricGroup()),
        uncommitted,
        HeldBytes.OF_PROCESS,
        // Two tasks may believe to be the same one, when a lost TaskManager still runs, or an older
        // savepoint was restored. The last part tells them apart.
        task(context) + "/" + UUID.randomUUID());
  }

  @Override
  public Committer<ClickHouseCommittable> createCommitter(CommitterInitContext context)
      throws IOException {
    return new ClickHouseCommitter(
        deliveries(new OwnTurns(), InsertMetrics.of(context.metricGroup())),
        run(context),
        context.metricGroup().counter("repeatedBlocks"),
        Uncommitted.ofCommitter(task(context), HeldBytes.OF_PROCESS));
  }

  @Override
  public SimpleVersionedSerializer<ClickHouseCommittable> getCommittableSerializer() {
    return new ClickHouseCommittableSerializer();
  }

  private Deliveries deliveries(Turns turns, InsertMetrics metrics) throws IOException {
    refused.open();
    return new Deliveries(turns, target.inserter(), refused, limits, metrics);
  }

  private String task(InitContext context) {
    return run(context) + context.getTaskInfo().getIndexOfThisSubtask() + "/" + id;
  }

  private static String run(InitContext context) {
    return context.getJobInfo().getJobId() + "/" + context.getTaskInfo().getAttemptNumber() + "/";
  }
}
