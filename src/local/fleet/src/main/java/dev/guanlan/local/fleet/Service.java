package dev.guanlan.local.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.guanlan.local.fleet.Route.Call;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs one service: an HTTP server on a free loopback port, instrumented as the semantic
 * conventions for HTTP say.
 *
 * <p>Going down takes the server and the telemetry away together, as a killed pod would; coming
 * back starts both anew, counters at zero.
 */
final class Service implements AutoCloseable {

  private static final int THREADS = 32;
  private static final int ERROR_PERCENT = 70;
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private final ServiceSpec spec;
  private final FleetSettings settings;
  private final Directory directory;
  private volatile @Nullable FaultKind fault;
  private @Nullable Running running;

  /** Holds what lives between a start and a stop. */
  private record Running(
      HttpServer server, ExecutorService threads, Telemetry telemetry, Caller caller) {}

  /** Says how a request went: the status, and why it failed if it did. */
  private record Outcome(int status, @Nullable String reason) {}

  Service(ServiceSpec spec, FleetSettings settings, Directory directory) {
    this.spec = spec;
    this.settings = settings;
    this.directory = directory;
  }

  ServiceSpec spec() {
    return spec;
  }

  Optional<FaultKind> fault() {
    return Optional.ofNullable(fault);
  }

  /** Starts serving on a free port and publishes it. */
  synchronized void start() throws IOException {
    if (running != null) {
      return;
    }
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS, named(spec.name()));
    Telemetry telemetry = new Telemetry(spec, settings);
    Running started =
        new Running(
            server, threads, telemetry, new Caller(directory, telemetry, settings.patience()));
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(exchange, started));
    server.start();
    directory.publish(spec.name(), server.getAddress().getPort());
    running = started;
    telemetry.log(
        Severity.INFO, spec.name().name() + " listens as " + spec.pod(), Attributes.empty());
  }

  /** Makes the service misbehave until {@link #recover()}. */
  synchronized void fail(FaultKind kind) throws IOException {
    recover();
    fault = kind;
    if (kind == FaultKind.DOWN) {
      close();
    }
  }

  /** Ends the fault, if there is one. */
  synchronized void recover() throws IOException {
    fault = null;
    start();
  }

  /** Stops serving at once and sends the telemetry that is held back. */
  @Override
  public synchronized void close() {
    Running last = running;
    running = null;
    if (last != null) {
      last.server().stop(0);
      last.threads().shutdownNow();
      last.telemetry().close();
    }
  }

  @SuppressWarnings("try") // The scope is there to be closed.
  private void serve(HttpExchange exchange, Running by) throws IOException {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    Optional<Route> route =
        spec.routes().stream().filter(each -> each.matches(method, path)).findFirst();
    Context parent =
        W3CTraceContextPropagator.getInstance()
            .extract(
                Context.root(),
                exchange.getRequestHeaders(),
                (headers, key) -> headers == null ? null : headers.getFirst(key));
    Span span =
        by.telemetry()
            .tracer()
            .spanBuilder(route.map(each -> method + " " + each.template()).orElse(method))
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", method)
            .setAttribute("url.scheme", "http")
            .setAttribute("url.path", path)
            .setAttribute("server.address", spec.name().host())
            .setAttribute("client.address", "127.0.0.1")
            .startSpan();
    Attributes active =
        Attributes.of(
            AttributeKey.stringKey("http.request.method"),
            method,
            AttributeKey.stringKey("url.scheme"),
            "http");
    by.telemetry().activeRequests().add(1, active);
    long start = System.nanoTime();
    Outcome outcome = new Outcome(500, "not answered");
    try (Scope ignored = span.makeCurrent()) {
      outcome =
          route.isPresent()
              ? answer(route.get(), route.get().parameter(path), by)
              : new Outcome(404, null);
      log(method, path, outcome, by, System.nanoTime() - start);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("The service was stopped").initCause(e);
    } finally {
      AttributesBuilder measured = active.toBuilder().put(STATUS, (long) outcome.status());
      route.ifPresent(each -> measured.put("http.route", each.template()));
      route.ifPresent(each -> span.setAttribute("http.route", each.template()));
      span.setAttribute(STATUS, (long) outcome.status());
      if (outcome.status() >= 500) {
        String type = Integer.toString(outcome.status());
        measured.put("error.type", type);
        span.setAttribute("error.type", type);
        span.setStatus(StatusCode.ERROR, outcome.reason() == null ? "" : outcome.reason());
      }
      by.telemetry().activeRequests().add(-1, active);
      by.telemetry().serverDuration().record((System.nanoTime() - start) / 1e9, measured.build());
      span.end();
    }
    // Last, so that who has an answer knows that its telemetry is on the way.
    exchange.sendResponseHeaders(outcome.status(), -1);
    exchange.close();
  }

  private Outcome answer(Route route, String id, Running by) throws InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    FaultKind now = fault;
    if (now == FaultKind.LATENCY) {
      Thread.sleep(random.nextLong(1000, 2000));
    }
    if (now == FaultKind.ERRORS && random.nextInt(100) < ERROR_PERCENT) {
      IllegalStateException cause = new IllegalStateException("Connection pool is exhausted");
      Span.current().recordException(cause);
      return new Outcome(500, cause.getMessage());
    }
    // Work times are skewed as real ones are: mostly near the usual, now and then three times it.
    Thread.sleep((long) (route.workMillis() * (0.5 + 2.5 * Math.pow(random.nextDouble(), 4))));
    for (Call call : route.calls()) {
      String failure = by.caller().failureOf(call, id);
      if (failure != null && call.required()) {
        return new Outcome(502, failure);
      }
      if (failure != null) {
        by.telemetry()
            .log(Severity.WARN, "Went on without an answer: " + failure, Attributes.empty());
      }
    }
    return new Outcome(200, null);
  }

  private static void log(String method, String path, Outcome outcome, Running by, long nanos) {
    Attributes attributes =
        Attributes.of(
            AttributeKey.stringKey("http.request.method"),
            method,
            AttributeKey.stringKey("url.path"),
            path,
            STATUS,
            (long) outcome.status());
    if (outcome.reason() == null) {
      by.telemetry()
          .log(
              Severity.INFO,
              String.format(
                  Locale.ROOT, "%s %s %d %.1f ms", method, path, outcome.status(), nanos / 1e6),
              attributes);
    } else {
      by.telemetry()
          .log(
              Severity.ERROR,
              String.format(
                  Locale.ROOT, "%s %s %d: %s", method, path, outcome.status(), outcome.reason()),
              attributes);
    }
  }

  private static ThreadFactory named(ServiceName name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name.name() + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
