package dev.guanlan.connector.neo4j;

import dev.guanlan.topology.Change;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects changes and has them written by a thread of its own, one transaction at a time. The
 * task's thread waits only when two batches are full, and when a checkpoint needs everything
 * written; meanwhile it serves its mailbox.
 */
final class Neo4jWriter implements SinkWriter<Change> {

  private static final Logger LOG = LoggerFactory.getLogger(Neo4jWriter.class);
  private static final Duration GRAVE_ROUND = Duration.ofMinutes(10);

  private final Neo4jSettings settings;
  private final Neo4jGraph graph;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService timers;
  private final Clock clock;
  private final ExecutorService thread;
  private final Counter written;
  private final Counter overtaken;
  private final Counter batches;

  private final WaitingChanges waiting = new WaitingChanges();

  private boolean writing;
  private volatile boolean closed;

  // Only touched by the writer's own thread.
  private boolean schemaCreated;
  private long nextGraveRound;

  Neo4jWriter(
      Neo4jSettings settings,
      Neo4jGraph graph,
      MailboxExecutor mailbox,
      ProcessingTimeService timers,
      SinkWriterMetricGroup metrics,
      Clock clock) {
    this.settings = settings;
    this.graph = graph;
    this.mailbox = mailbox;
    this.timers = timers;
    this.clock = clock;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "neo4j-writer");
              made.setDaemon(true);
              return made;
            });
    this.written = metrics.getNumRecordsSendCounter();
    this.overtaken = metrics.counter("overtaken");
    this.batches = metrics.counter("batches");
    metrics.gauge("retries", graph::retries);
    metrics.gauge("waiting", waiting::size);
    scheduleFlush();
  }

  @Override
  public void write(Change change, Context context) throws IOException, InterruptedException {
    if (waiting.add(change)) {
      overtaken.inc();
    }
    while (writing && waiting.size() >= 2 * settings.batchSize()) {
      mailbox.yield();
    }
    if (!writing && waiting.size() >= settings.batchSize()) {
      startBatch();
    }
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    while (writing || !waiting.isEmpty()) {
      if (writing) {
        mailbox.yield();
      } else {
        startBatch();
      }
    }
  }

  private void scheduleFlush() {
    var unused =
        timers.registerTimer(
            timers.getCurrentProcessingTime() + settings.flushInterval().toMillis(),
            time -> {
              if (!closed) {
                if (!writing && !waiting.isEmpty()) {
                  startBatch();
                }
                scheduleFlush();
              }
            });
  }

  private void startBatch() {
    List<Change> batch = waiting.take(settings.batchSize());
    writing = true;
    thread.execute(() -> writeAndTell(batch));
  }

  private void writeAndTell(List<Change> batch) {
    try {
      if (!schemaCreated) {
        graph.createSchema();
        schemaCreated = true;
      }
      graph.write(batch);
      long now = clock.millis();
      if (now >= nextGraveRound) {
        graph.forgetGraves(now - settings.graveTime().toMillis());
        nextGraveRound = now + GRAVE_ROUND.toMillis();
      }
    } catch (RuntimeException e) {
      tell(() -> failed(batch.size(), e), "Neo4j batch failed");
      return;
    }
    tell(() -> finished(batch.size()), "Neo4j batch written");
  }

  private void tell(ThrowingRunnable<IOException> mail, String description) {
    try {
      mailbox.execute(mail, description);
    } catch (RejectedExecutionException e) {
      // The task is over and so are its mails; what it did not finish comes again after a restart.
      LOG.debug("The task ended before it heard: {}", description, e);
    }
  }

  private void finished(int size) {
    writing = false;
    written.inc(size);
    batches.inc();
    if (waiting.size() >= settings.batchSize()) {
      startBatch();
    }
  }

  private void failed(int size, RuntimeException cause) throws IOException {
    if (!closed) {
      throw new IOException(
          "%d changes of the topology were not written to Neo4j at %s (%s); check that it is up and lets the user write, the job tries again from its last checkpoint"
              .formatted(size, settings.uri(), cause.getMessage()),
          cause);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
    graph.close();
  }
}
