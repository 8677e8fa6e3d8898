package dev.guanlan.local.fleet;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays the shop's customers: knocks at the frontend at a steady rate, whether or not it answers.
 *
 * <p>Customers are not instrumented; every trace begins at the frontend. Those that wait are
 * bounded: when too many do, the next ones turn away and are counted.
 */
final class LoadGenerator implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LoadGenerator.class);
  private static final int MOST_WAITING = 256;
  private static final int PRODUCTS = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ServiceName entrance;
  private final Directory directory;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "load");
            thread.setDaemon(true);
            return thread;
          });
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong turnedAway = new AtomicLong();

  LoadGenerator(ServiceName entrance, Directory directory) {
    this.entrance = entrance;
    this.directory = directory;
  }

  /** Starts knocking, so many times a second. */
  void start(double perSecond) {
    long periodNanos = (long) (1e9 / perSecond);
    var unused =
        clock.scheduleAtFixedRate(this::knock, periodNanos, periodNanos, TimeUnit.NANOSECONDS);
  }

  long sent() {
    return sent.get();
  }

  long failed() {
    return failed.get();
  }

  long turnedAway() {
    return turnedAway.get();
  }

  private void knock() {
    if (!waiting.tryAcquire()) {
      turnedAway.incrementAndGet();
      return;
    }
    try {
      sent.incrementAndGet();
      CompletableFuture<HttpResponse<Void>> answer =
          http.sendAsync(request(), HttpResponse.BodyHandlers.discarding());
      var unused =
          answer.whenComplete(
              (response, error) -> {
                waiting.release();
                if (error != null || response.statusCode() >= 500) {
                  failed.incrementAndGet();
                }
              });
    } catch (RuntimeException e) {
      // An exception that left this method would end the schedule, and the load with it.
      waiting.release();
      LOG.warn("A request could not be sent; going on with the next", e);
    }
  }

  private HttpRequest request() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int dice = random.nextInt(100);
    String product = Integer.toString(random.nextInt(1, PRODUCTS + 1));
    HttpRequest.BodyPublisher nothing = HttpRequest.BodyPublishers.noBody();
    HttpRequest.Builder request = HttpRequest.newBuilder().timeout(PATIENCE);
    if (dice < 30) {
      return request.uri(directory.address(entrance, "/")).GET().build();
    }
    if (dice < 55) {
      return request.uri(directory.address(entrance, "/products/" + product)).GET().build();
    }
    if (dice < 75) {
      return request.uri(directory.address(entrance, "/cart/" + product)).POST(nothing).build();
    }
    return request.uri(directory.address(entrance, "/checkout")).POST(nothing).build();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
