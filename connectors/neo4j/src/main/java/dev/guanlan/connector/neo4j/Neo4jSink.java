package dev.guanlan.connector.neo4j;

import dev.guanlan.topology.Change;
import java.time.Clock;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Writes entities and relations to Neo4j. The life of a change:
 *
 * <ol>
 *   <li>The writer keeps it; of two changes of one entity or relation, the newer.
 *   <li>When enough are kept, when they have waited long enough, or when a checkpoint begins, they
 *       are written in one transaction on a thread of the writer's own: entities before relations,
 *       each only if it is newer than what the graph holds.
 *   <li>A transient failure, a deadlock or a restart of Neo4j among them, repeats the transaction
 *       for a bounded time; after that, or after any other failure, the job restarts.
 *   <li>The checkpoint completes when everything before it is written, so a restart of the job
 *       loses nothing and repeats at most what changes nothing.
 * </ol>
 *
 * <p>Give it a stream that is keyed by {@link Change#key()}, so that no two tasks write the same
 * entity or relation.
 */
public final class Neo4jSink implements Sink<Change> {

  private static final long serialVersionUID = 1;

  private final Neo4jSettings settings;

  Neo4jSink(Neo4jSettings settings) {
    this.settings = settings;
  }

  /** Starts a sink. */
  public static Neo4jSinkBuilder builder() {
    return new Neo4jSinkBuilder();
  }

  @Override
  public SinkWriter<Change> createWriter(WriterInitContext context) {
    Neo4jGraph graph = new Neo4jGraph(settings);
    return new Neo4jWriter(
        settings,
        graph,
        context.getMailboxExecutor(),
        context.getProcessingTimeService(),
        context.metricGroup(),
        Clock.systemUTC());
  }
}
