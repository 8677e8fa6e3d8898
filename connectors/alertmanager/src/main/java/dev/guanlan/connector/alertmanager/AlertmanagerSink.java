package dev.guanlan.connector.alertmanager;

import dev.guanlan.rules.Notification;
import java.io.IOException;
import java.io.Serializable;
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
 *   <li>The writer decides when it ends: a firing alert 4 × max(interval, resend delay) after its
 *       tick or after now, whichever is later; a resolved one when it was resolved. Prometheus
 *       reckons from the tick alone, but its ticks are never long past, and those of a job that
 *       catches up are.
 *   <li>It puts it into the queue of each peer, where it replaces an older one of the same alert.
 *   <li>After a restore peers wait for three seconds with the first alerts: what the job evaluates
 *       again since its checkpoint is old news, and the newer one takes its place.
 *   <li>A peer with a queue that is not empty posts a batch, one at a time, so that an alert's
 *       firing never overtakes its resolve.
 *   <li>A batch that a peer could not take (no connection, time-out, 429, 5xx, wrong credentials)
 *       goes back into the queue, and the peer rests, longer each time. One that it refuses (400,
 *       413, 422) is halved until the alert at fault stands alone; that is counted and not sent
 *       again before the state machine sends it again.
 *   <li>A firing alert that waited until its end had passed is left out: to Alertmanager it would
 *       read as a resolve, and nobody decided one. While the job judges, this never happens to one
 *       that still fires: it is sent again, and replaced, in half of that time or less.
 *   <li>At a checkpoint the writer waits a moment for peers that are well; a peer that rests or
 *       hangs holds nothing up.
 * </ol>
 *
 * <p>Queues are not part of checkpoints, and need not be. What can be lost, and what mends it, with
 * intervals and the resend delay at a minute, so that an end is 4 minutes ahead, and an alert is
 * sent again at the first tick after more than a minute, which is every second one:
 *
 * <ul>
 *   <li><i>The job fails, and the queues with it.</i> The state machine, whose state is in the
 *       checkpoint, sends each alert that fires again within 2 minutes, and each that was resolved
 *       for 15 minutes after that. A resolve that a peer did not hear in that time is made good by
 *       the alert's end: Alertmanager resolves what it has not heard of for 4 minutes.
 *   <li><i>A peer is down for longer than 15 minutes,</i> and an alert is resolved meanwhile. The
 *       resolve waits in its queue; should the queue be lost too, a peer that kept running (the
 *       network was down) has resolved the alert 4 minutes after it last heard of it, and one that
 *       was restarted has forgotten it.
 *   <li><i>A queue is full,</i> with 10,000 different alerts. What has to leave ({@link AlertQueue}
 *       says which) is counted, and offered again after the resend delay.
 *   <li><i>The job stands still for more than 4 minutes,</i> firing alerts being known:
 *       Alertmanager resolves them, as it does when Prometheus stands still, and hears of them
 *       again afterwards.
 * </ul>
 */
public final class AlertmanagerSink implements Sink<Notification> {

  private static final long serialVersionUID = 1;

  private final List<PeerTarget> targets;
  private final Settings settings;

  AlertmanagerSink(List<PeerTarget> targets, Settings settings) {
    this.targets = List.copyOf(targets);
    this.settings = settings;
  }

  /** Starts to build a sink. */
  public static AlertmanagerSinkBuilder builder() {
    return new AlertmanagerSinkBuilder();
  }

  @Override
  public SinkWriter<Notification> createWriter(WriterInitContext context) throws IOException {
    boolean isRestored = context.getRestoredCheckpointId().isPresent();
    return new AlertmanagerWriter(
        targets,
        settings,
        context.metricGroup(),
        Clock.systemUTC(),
        new SystemResolver(),
        isRestored ? AlertmanagerWriter.REPLAY : Duration.ZERO);
  }

  @Override
  public String toString() {
    return "Alertmanager " + targets;
  }

  /**
   * Holds what can be configured.
   *
   * @param queueCapacity how many alerts wait for a peer at most
   * @param tenantLabel the name of the label that tells tenants apart; empty if none does
   * @param batchSize how many alerts are posted at once at most
   * @param requestTimeout how long a post may take, with its answer
   * @param shortestRest how long a peer rests after it failed once
   * @param longestRest how long a peer rests at most
   * @param flushTimeout how long a checkpoint waits for peers that are well
   * @param refreshInterval how often names are looked up and files of credentials read
   * @param access who we are to the peers
   */
  record Settings(
      int queueCapacity,
      String tenantLabel,
      int batchSize,
      Duration requestTimeout,
      Duration shortestRest,
      Duration longestRest,
      Duration flushTimeout,
      Duration refreshInterval,
      Access access)
      implements Serializable {

    /** As Prometheus has them, where it has them. */
    static final Settings DEFAULTS =
        new Settings(
            10_000,
            "",
            64,
            Duration.ofSeconds(10),
            Duration.ofMillis(250),
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Access.ANONYMOUS);
  }
}
