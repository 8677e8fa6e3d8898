package dev.guanlan.connector.alertmanager;

import dev.guanlan.rules.Notification;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Posts alerts to every peer of an Alertmanager cluster ({@code POST /api/v2/alerts}).
 *
 * <p>The life of a notification:
 *
 * <ol>
 *   <li>The writer puts it into the queue of each peer, where it replaces an older one of the same
 *       alert. A queue is bounded; when it is full the oldest notification is dropped and counted.
 *   <li>A peer with a queue that is not empty posts a batch, one at a time, so that an alert's
 *       firing never overtakes its resolve.
 *   <li>A batch that a peer could not take (no connection, time-out, 429 or 5xx) goes back into the
 *       queue, and the peer rests, longer each time. One that it refuses (any other 4xx) is counted
 *       as failed and not sent again.
 *   <li>At a checkpoint the writer waits a moment for peers that are well; a peer that rests or
 *       hangs holds nothing up.
 * </ol>
 *
 * <p>Queues are not part of checkpoints. What is lost with them is sent again because the alert
 * state machine, whose state is, sends every alert again and again while it fires and for a while
 * after it was resolved.
 */
public final class AlertmanagerSink implements Sink<Notification> {

  private static final long serialVersionUID = 1;

  private final List<URI> peers;
  private final Settings settings;

  AlertmanagerSink(List<URI> peers, Settings settings) {
    this.peers = List.copyOf(peers);
    this.settings = settings;
  }

  /** Starts to build a sink. */
  public static AlertmanagerSinkBuilder builder() {
    return new AlertmanagerSinkBuilder();
  }

  @Override
  public SinkWriter<Notification> createWriter(WriterInitContext context) {
    return new AlertmanagerWriter(peers, settings, context.metricGroup(), Clock.systemUTC());
  }

  /**
   * Holds what can be configured.
   *
   * @param queueCapacity how many alerts wait for a peer at most
   * @param batchSize how many alerts are posted at once at most
   * @param requestTimeout how long a post may take
   * @param shortestRest how long a peer rests after it failed once
   * @param longestRest how long a peer rests at most
   * @param flushTimeout how long a checkpoint waits for peers that are well
   */
  record Settings(
      int queueCapacity,
      int batchSize,
      Duration requestTimeout,
      Duration shortestRest,
      Duration longestRest,
      Duration flushTimeout)
      implements java.io.Serializable {}
}
