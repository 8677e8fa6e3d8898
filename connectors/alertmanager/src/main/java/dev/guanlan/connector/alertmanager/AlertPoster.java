package dev.guanlan.connector.alertmanager;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Posts to Alertmanagers, as many at once as there are peers. Safe for many threads. */
final class AlertPoster implements AutoCloseable {

  private final Duration timeout;
  private final Credentials credentials;
  private final ScheduledExecutorService timers;
  private final Clock clock;

  /**
   * Looks up hosts and reads answers. A thread for each post under way: the system's resolver
   * blocks, and one name that hangs must not keep another peer waiting.
   */
  private final ExecutorService workers =
      Executors.newCachedThreadPool(new DaemonThreads("alertmanager-sink-post"));

  private final HttpClient client;
  private final Map<Long, Future<?>> underWay = new ConcurrentHashMap<>();
  private final AtomicLong posts = new AtomicLong();

  /**
   * Makes a poster.
   *
   * @throws IOException if the file of authorities cannot be read
   */
  AlertPoster(
      AlertmanagerSink.Settings settings,
      Credentials credentials,
      ScheduledExecutorService timers,
      Clock clock)
      throws IOException {
    this.timeout = settings.requestTimeout();
    this.credentials = credentials;
    this.timers = timers;
    this.clock = clock;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(workers);
    String caFile = settings.access().caFile();
    if (caFile != null) {
      builder.sslContext(TrustedAuthorities.read(caFile));
    }
    this.client = builder.build();
  }

  /** Posts; the answer comes within the time-out, and is never a failure. */
  CompletableFuture<Answer> post(URI endpoint, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/json")
            .header("User-Agent", "Guanlan")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    String authorization = credentials.header();
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    long number = posts.incrementAndGet();
    CompletableFuture<HttpResponse<String>> response;
    Future<?> alarm;
    try {
      response = client.sendAsync(request.build(), answer -> new ShortText());
      underWay.put(number, response);
      // The client's own time-out ends with the headers of the answer: a body could take for ever.
      alarm =
          timers.schedule(() -> response.cancel(true), timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(Answer.none("the sink is closed"));
    }
    return response.handle(
        (answer, failure) -> {
          alarm.cancel(false);
          underWay.remove(number);
          return answer == null ? unanswered(failure) : answered(answer);
        });
  }

  private Answer answered(HttpResponse<String> answer) {
    return Answer.of(
        answer.statusCode(),
        answer.body(),
        answer.headers().firstValue("Retry-After").orElse(null),
        clock.instant());
  }

  private Answer unanswered(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause == null || cause instanceof CancellationException) {
      return Answer.none("no answer within " + timeout.toMillis() + " ms");
    }
    return Answer.none(cause);
  }

  @Override
  public void close() {
    underWay.values().forEach(post -> post.cancel(true));
    workers.shutdownNow();
  }
}
