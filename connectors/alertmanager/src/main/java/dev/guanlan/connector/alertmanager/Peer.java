package dev.guanlan.connector.alertmanager;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Is one Alertmanager with the queue of what it is to hear. Safe for many threads. */
final class Peer {

  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

  private final URI endpoint;
  private final AlertmanagerSink.Settings settings;
  private final AlertPoster poster;
  private final ScheduledExecutorService timers;
  private final Clock clock;
  private final PeerMetrics metrics;

  private final AlertQueue queue;

  /** Parts of a batch that was refused, which are posted before anything else is taken. */
  private final Deque<List<QueuedAlert>> parts = new ArrayDeque<>();

  private final Refusals refusals;
  private final Rests rests;

  private boolean posting;
  private boolean resting;
  private boolean closed;

  /** False from when it kept a checkpoint waiting in vain, or failed, until it takes something. */
  private boolean well = true;

  private int failedPosts;
  private int refusedInARow;
  private @Nullable Future<?> waking;

  Peer(
      URI endpoint,
      AlertmanagerSink.Settings settings,
      AlertPoster poster,
      ScheduledExecutorService timers,
      Clock clock,
      PeerMetrics metrics) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.poster = poster;
    this.timers = timers;
    this.clock = clock;
    this.metrics = metrics;
    this.queue = new AlertQueue(settings.queueCapacity(), settings.tenantLabel());
    this.refusals = new Refusals(endpoint);
    this.rests = new Rests(settings.shortestRest(), settings.longestRest(), new SplittableRandom());
    metrics.queued(this::queued);
  }

  URI endpoint() {
    return endpoint;
  }

  private synchronized long queued() {
    return queue.size() + parts.stream().mapToLong(List::size).sum();
  }

  synchronized void offer(QueuedAlert alert) {
    if (!closed) {
      metrics.dropped(queue.offer(alert));
      post();
    }
  }

  /** Posts nothing for a while, so that newer news can take the place of what is offered. */
  synchronized void hold(Duration time) {
    resting = true;
    wakeAfter(time);
  }

  /** Posts the next batch if there is one and the peer neither rests nor is busy. */
  private synchronized void post() {
    if (posting || resting || closed) {
      return;
    }
    List<QueuedAlert> batch = next();
    if (batch.isEmpty()) {
      return;
    }
    posting = true;
    long begin = System.nanoTime();
    CompletableFuture<?> unused =
        poster
            .post(endpoint, AlertJson.of(batch))
            .thenAccept(
                answer -> answered(batch, answer, Duration.ofNanos(System.nanoTime() - begin)))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.error("An answer of Alertmanager {} cannot be handled", endpoint, failure);
                  }
                });
  }

  private List<QueuedAlert> next() {
    long now = clock.millis();
    for (List<QueuedAlert> part = parts.poll(); part != null; part = parts.poll()) {
      // Other parts were posted meanwhile, each of which may take as long as a post may.
      List<QueuedAlert> alive = part.stream().filter(alert -> !alert.isExpired(now)).toList();
      metrics.expired(part.size() - alive.size());
      if (!alive.isEmpty()) {
        return alive;
      }
    }
    AlertQueue.Batch batch = queue.take(settings.batchSize(), now, refusals::contains);
    metrics.expired(batch.expired());
    return batch.alerts();
  }

  private synchronized void answered(List<QueuedAlert> batch, Answer answer, Duration took) {
    posting = false;
    if (!closed) {
      switch (answer.verdict()) {
        case TAKEN -> taken(batch, took);
        case REFUSED -> refused(batch, answer);
        case LATER -> failed(batch, answer);
      }
    }
    post();
    notifyAll();
  }

  private void taken(List<QueuedAlert> batch, Duration took) {
    metrics.sent(batch.size(), took);
    queue.told(batch);
    refusals.taken(batch);
    refusedInARow = 0;
    well = true;
    rests.reset();
    if (failedPosts > 0) {
      LOG.info(
          "Alertmanager {} takes alerts again, after {} posts that failed", endpoint, failedPosts);
      failedPosts = 0;
    }
  }

  /**
   * Halves a batch until the one that is refused stands alone. A peer that refuses one after the
   * other finds fault with us, not with them (a proxy that wants something else, TLS where it hears
   * none), and gets a rest.
   */
  private void refused(List<QueuedAlert> batch, Answer answer) {
    if (batch.size() > 1) {
      int middle = batch.size() / 2;
      parts.push(batch.subList(middle, batch.size()));
      parts.push(batch.subList(0, middle));
      return;
    }
    metrics.refused();
    // Refused alerts come again, too, and are to be in nobody's way in a full queue.
    queue.told(batch);
    refusals.add(batch.get(0).labels(), answer);
    if (++refusedInARow >= settings.batchSize()) {
      refusedInARow = 0;
      rest(null);
    }
  }

  private void failed(List<QueuedAlert> batch, Answer answer) {
    metrics.failed(batch.size());
    List<QueuedAlert> unsent = new ArrayList<>(batch);
    parts.forEach(unsent::addAll);
    parts.clear();
    metrics.dropped(queue.putBack(unsent));
    if (failedPosts++ == 0) {
      LOG.warn(
          "Alertmanager {} did not take {} alerts ({}); they wait, and it is tried again until it"
              + " takes them. Said once until then; counted in alertsInFailedPosts",
          endpoint,
          batch.size(),
          answer.reason());
    }
    well = false;
    rest(answer.retryAfter());
  }

  private void rest(@Nullable Duration asked) {
    resting = true;
    wakeAfter(rests.take(asked));
  }

  private void wakeAfter(Duration time) {
    try {
      waking = timers.schedule(this::wake, time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The writer is closed; {} is not tried again", endpoint, e);
    }
  }

  private synchronized void wake() {
    resting = false;
    post();
  }

  /**
   * Waits until everything is posted, or the peer turns out not to be well, or the deadline passes.
   * A peer that lets it pass is not waited for again before it has taken something.
   */
  synchronized void awaitIdle(long deadlineNanos) throws InterruptedException {
    while (!closed && well && !resting && (posting || !queue.isEmpty())) {
      long left = deadlineNanos - System.nanoTime();
      if (left <= 0) {
        well = false;
        return;
      }
      // Rounded up: a wait of 0 would be one for ever.
      wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    }
  }

  /** Ends it; what waits is not posted. Returns how many alerts that are. */
  long close() {
    // Not under the lock: whoever reads a metric holds those of Flink's registry, and then takes
    // it.
    metrics.close();
    synchronized (this) {
      closed = true;
      if (waking != null) {
        waking.cancel(false);
      }
      notifyAll();
      return queued();
    }
  }
}
