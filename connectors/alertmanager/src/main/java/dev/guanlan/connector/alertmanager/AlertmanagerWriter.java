package dev.guanlan.connector.alertmanager;

import dev.guanlan.rules.Notification;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Hands notifications to the queues of all peers. Never waits for one, except a moment to flush.
 */
final class AlertmanagerWriter implements SinkWriter<Notification> {

  private final List<Peer> peers = new ArrayList<>();
  private final AlertmanagerSink.Settings settings;
  private final ScheduledExecutorService executor;

  AlertmanagerWriter(
      List<URI> endpoints, AlertmanagerSink.Settings settings, MetricGroup metrics, Clock clock) {
    this.settings = settings;
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "alertmanager-sink");
              thread.setDaemon(true);
              return thread;
            });
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.requestTimeout())
            .executor(executor)
            .build();
    for (URI endpoint : endpoints) {
      MetricGroup group = metrics.addGroup("peer", endpoint.getAuthority());
      peers.add(new Peer(endpoint, settings, client, executor, clock, new PeerMetrics(group)));
    }
  }

  @Override
  public void write(Notification notification, Context context) {
    for (Peer peer : peers) {
      peer.offer(notification);
    }
  }

  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    long deadline = System.nanoTime() + settings.flushTimeout().toNanos();
    for (Peer peer : peers) {
      peer.awaitIdle(deadline);
    }
  }

  @Override
  public void close() {
    peers.forEach(Peer::close);
    executor.shutdownNow();
  }
}
