package dev.guanlan.connector.alertmanager;

import dev.guanlan.rules.Notification;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands notifications to the queues of all peers. Never waits for one, except a moment to flush.
 *
 * <p>Threads: the task's own offers and flushes, one looks names up and reads files, one keeps time
 * (rests, time-outs) and never blocks, and as many as posts are under way do the posting.
 */
final class AlertmanagerWriter implements SinkWriter<Notification> {

  private static final Logger LOG = LoggerFactory.getLogger(AlertmanagerWriter.class);

  /** How soon a name that was never found is looked up again: until then nobody is told. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /**
   * How long the first alerts after a restore wait for newer news. The job evaluates again what it
   * had evaluated since its checkpoint, within a moment; an alert that it had told to be resolved
   * would be told to fire, and to be resolved once more.
   */
  static final Duration REPLAY = Duration.ofSeconds(3);

  private final AlertmanagerSink.Settings settings;
  private final MetricGroup metrics;
  private final Clock clock;
  private final ScheduledExecutorService timers =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("alertmanager-sink-time"));
  private final ScheduledExecutorService lookups =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("alertmanager-sink-names"));
  private final Credentials credentials;
  private final AlertPoster poster;
  private final Peers peers;
  private volatile @Nullable Future<?> next;

  /** How long peers are held with the first alert; of no meaning after it. */
  private Duration hold;

  /**
   * Opens a writer, with the peers of all names that can be looked up within the time of a request.
   *
   * @param hold how long the first alerts wait for newer news, as after a restore; may be zero
   * @throws IOException if a file that the settings name cannot be read or understood
   */
  AlertmanagerWriter(
      List<PeerTarget> targets,
      AlertmanagerSink.Settings settings,
      MetricGroup metrics,
      Clock clock,
      Resolver resolver,
      Duration hold)
      throws IOException {
    this.settings = settings;
    this.hold = hold;
    this.metrics = metrics;
    this.clock = clock;
    this.credentials = Credentials.open(settings.access());
    this.poster = new AlertPoster(settings, credentials, timers, clock);
    this.peers =
        new Peers(
            targets,
            resolver,
            this::peer,
            metrics.counter("lookupErrors", new ThreadSafeSimpleCounter()));
    metrics.gauge("peers", (Gauge<Integer>) () -> peers.all().size());
    metrics.gauge("queueCapacity", (Gauge<Integer>) settings::queueCapacity);
    awaitFirst();
  }

  private Peer peer(URI endpoint) {
    // Behind one proxy peers differ in their path alone.
    String path = endpoint.getRawPath().replaceFirst("/api/v2/alerts$", "");
    MetricGroup group = metrics.addGroup("peer", endpoint.getAuthority() + path);
    return new Peer(endpoint, settings, poster, timers, clock, new PeerMetrics(group));
  }

  private void awaitFirst() {
    try {
      lookups
          .submit(this::refresh)
          .get(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      LOG.warn(
          "The names of Alertmanagers are not looked up after {} ms; their peers are told of alerts"
              + " as soon as they are",
          settings.requestTimeout().toMillis());
    } catch (ExecutionException e) {
      throw new IllegalStateException("The names of Alertmanagers cannot be looked up", e);
    }
  }

  /** Looks names up and reads files, and sees to it that it is called again. */
  private void refresh() {
    boolean complete = !peers.haveNames() || peers.lookUp();
    credentials.refresh();
    Duration wait =
        complete || SOON.compareTo(settings.refreshInterval()) > 0
            ? settings.refreshInterval()
            : SOON;
    try {
      next = lookups.schedule(this::refresh, wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The writer is closed; no name is looked up again", e);
    }
  }

  @Override
  public void write(Notification notification, Context context) {
    QueuedAlert alert = QueuedAlert.at(notification, clock.millis());
    for (Peer peer : peers.all()) {
      if (!hold.isZero()) {
        peer.hold(hold);
      }
      peer.offer(alert);
    }
    hold = Duration.ZERO;
  }

  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    long deadline = System.nanoTime() + settings.flushTimeout().toNanos();
    for (Peer peer : peers.all()) {
      peer.awaitIdle(deadline);
    }
  }

  @Override
  public void close() {
    Future<?> waiting = next;
    if (waiting != null) {
      waiting.cancel(false);
    }
    lookups.shutdownNow();
    peers.close();
    poster.close();
    timers.shutdownNow();
  }
}
