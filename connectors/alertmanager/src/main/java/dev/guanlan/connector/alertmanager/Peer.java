package dev.guanlan.connector.alertmanager;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.Notification;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final int SHOWN = 300;

  private final URI endpoint;
  private final AlertmanagerSink.Settings settings;
  private final HttpClient client;
  private final ScheduledExecutorService executor;
  private final Clock clock;
  private final PeerMetrics metrics;

  /** The newest notification of each alert, in the order that they are to be sent. */
  private final Map<Labels, Notification> queue = new LinkedHashMap<>();

  private boolean posting;
  private long postingSince;
  private boolean resting;
  private boolean closed;
  private Duration rest;
  private @Nullable Future<?> post;
  private @Nullable Future<?> waking;

  Peer(
      URI endpoint,
      AlertmanagerSink.Settings settings,
      HttpClient client,
      ScheduledExecutorService executor,
      Clock clock,
      PeerMetrics metrics) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.client = client;
    this.executor = executor;
    this.clock = clock;
    this.metrics = metrics;
    this.rest = settings.shortestRest();
    metrics.gauge("alertsQueued", this::queued);
  }

  private synchronized long queued() {
    return queue.size();
  }

  synchronized void offer(Notification notification) {
    queue.remove(notification.labels());
    queue.put(notification.labels(), notification);
    if (queue.size() > settings.queueCapacity()) {
      Iterator<Notification> oldest = queue.values().iterator();
      oldest.next();
      oldest.remove();
      metrics.dropped(1);
    }
    post();
  }

  /** Posts the next batch if there is one and the peer neither rests nor is busy. */
  private synchronized void post() {
    if (posting || resting || closed || queue.isEmpty()) {
      return;
    }
    List<Notification> batch = new ArrayList<>();
    Iterator<Notification> next = queue.values().iterator();
    while (next.hasNext() && batch.size() < settings.batchSize()) {
      batch.add(next.next());
      next.remove();
    }
    posting = true;
    postingSince = System.nanoTime();
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(settings.requestTimeout())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(AlertJson.of(batch, clock.millis())))
            .build();
    post =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .whenComplete((response, failure) -> answered(batch, response, failure));
  }

  private synchronized void answered(
      List<Notification> batch,
      @Nullable HttpResponse<String> response,
      @Nullable Throwable failure) {
    posting = false;
    int status = response == null ? 0 : response.statusCode();
    if (status / 100 == 2) {
      metrics.sent(batch.size());
      rest = settings.shortestRest();
    } else if (status / 100 == 4 && status != 429) {
      metrics.failed(batch.size());
      LOG.error(
          "Alertmanager {} refused {} alerts with status {}: {}; correct the rules that made them",
          endpoint,
          batch.size(),
          status,
          shown(response == null ? "" : response.body()));
    } else {
      metrics.error();
      putBack(batch);
      LOG.warn(
          "Alertmanager {} did not take {} alerts ({}); it is tried again in {} ms",
          endpoint,
          batch.size(),
          failure == null ? "status " + status : shown(failure.toString()),
          rest.toMillis());
      takeRest();
    }
    notifyAll();
    post();
  }

  /** Puts a batch in front of the queue again, but for alerts that have newer news by now. */
  private void putBack(List<Notification> batch) {
    List<Notification> waiting = new ArrayList<>(queue.values());
    Map<Labels, Notification> newer = new LinkedHashMap<>(queue);
    queue.clear();
    for (Notification notification : batch) {
      if (!newer.containsKey(notification.labels())) {
        queue.put(notification.labels(), notification);
      }
    }
    for (Notification notification : waiting) {
      queue.put(notification.labels(), notification);
    }
    Iterator<Notification> oldest = queue.values().iterator();
    while (queue.size() > settings.queueCapacity()) {
      oldest.next();
      oldest.remove();
      metrics.dropped(1);
    }
  }

  private void takeRest() {
    resting = true;
    try {
      waking = executor.schedule(this::wake, rest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The writer is closed; {} is not tried again", endpoint, e);
    }
    Duration longer = rest.multipliedBy(2);
    rest = longer.compareTo(settings.longestRest()) > 0 ? settings.longestRest() : longer;
  }

  private synchronized void wake() {
    resting = false;
    post();
  }

  /** Waits until everything is posted, or the peer rests or hangs, or the deadline passes. */
  synchronized void awaitIdle(long deadlineNanos) throws InterruptedException {
    while (!closed && !resting && (posting || !queue.isEmpty())) {
      long now = System.nanoTime();
      boolean hangs = posting && now - postingSince > settings.flushTimeout().toNanos();
      long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - now);
      if (hangs || left <= 0) {
        return;
      }
      wait(left);
    }
  }

  synchronized void close() {
    closed = true;
    for (Future<?> running : new Future<?>[] {post, waking}) {
      if (running != null) {
        running.cancel(true);
      }
    }
    notifyAll();
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
  }
}
