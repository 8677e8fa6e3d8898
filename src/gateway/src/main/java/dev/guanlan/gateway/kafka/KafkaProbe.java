package dev.guanlan.gateway.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka every other second whether it is there. */
public final class KafkaProbe implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaProbe.class);
  private static final int PERIOD_SECONDS = 2;
  private static final int TIMEOUT_MILLIS = 3_000;

  private final Admin admin;
  private final String bootstrapServers;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean answers;

  private KafkaProbe(Admin admin, String bootstrapServers) {
    this.admin = admin;
    this.bootstrapServers = bootstrapServers;
  }

  /** Starts asking. */
  public static KafkaProbe start(String bootstrapServers) {
    Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "guanlan-gateway-probe",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                1_000));
    KafkaProbe probe = new KafkaProbe(admin, bootstrapServers);
    Thread thread = new Thread(probe::askAgainAndAgain, "kafka-probe");
    thread.setDaemon(true);
    thread.start();
    return probe;
  }

  /** Returns whether Kafka answered when asked last. */
  public boolean answers() {
    return answers;
  }

  private void askAgainAndAgain() {
    try {
      do {
        ask();
      } while (!closed.await(PERIOD_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() throws InterruptedException {
    boolean before = answers;
    try {
      DescribeClusterOptions options = new DescribeClusterOptions().timeoutMs(TIMEOUT_MILLIS);
      answers = !admin.describeCluster(options).nodes().get().isEmpty();
      if (answers && !before) {
        LOG.info("Kafka answers at {}", bootstrapServers);
      }
    } catch (ExecutionException e) {
      answers = false;
      if (before) {
        LOG.warn("Kafka no longer answers at {}: {}", bootstrapServers, e.getCause().toString());
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    admin.close(Duration.ofSeconds(1));
  }
}
