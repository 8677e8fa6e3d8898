package dev.guanlan.local.stack;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Asks a broker whether it serves. */
final class KafkaProbe {

  private static final int TIMEOUT_MILLIS = 3_000;

  private KafkaProbe() {}

  static Health look(String bootstrapServers) {
    try (Admin admin = Admin.create(settings(bootstrapServers, TIMEOUT_MILLIS))) {
      var nodes = admin.describeCluster().nodes().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      return nodes.isEmpty() ? Health.starting("no broker has registered yet") : Health.up("");
    } catch (ExecutionException | TimeoutException e) {
      return Health.starting("the broker does not answer yet");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Health.starting("interrupted");
    }
  }

  static Map<String, Object> settings(String bootstrapServers, int timeoutMillis) {
    return Map.of(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis,
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMillis,
        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200,
        AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, false);
  }
}
