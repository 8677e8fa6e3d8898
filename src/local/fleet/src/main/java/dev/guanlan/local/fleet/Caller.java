package dev.guanlan.local.fleet;

import dev.guanlan.local.fleet.Route.Call;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Calls other services over HTTP, with a client span, its metric, and the W3C trace context. */
final class Caller {

  private static final int SERVICE_PORT = 80;

  private final HttpClient http;
  private final Directory directory;
  private final Telemetry telemetry;
  private final Duration patience;

  Caller(Directory directory, Telemetry telemetry, Duration patience) {
    this.directory = directory;
    this.telemetry = telemetry;
    this.patience = patience;
    // With threads of its own: sharing the server's, which wait for answers, would deadlock.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience)
            .build();
  }

  /**
   * Makes a call within the current trace.
   *
   * @param id what the caller's own path parameter was
   * @return null if the call succeeded, else what went wrong, for people
   * @throws InterruptedException if the service is being stopped
   */
  @Nullable String failureOf(Call call, String id) throws InterruptedException {
    URI address = directory.address(call.target(), call.path(id));
    Span span =
        telemetry
            .tracer()
            .spanBuilder(call.method())
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("http.request.method", call.method())
            .setAttribute("server.address", call.target().host())
            .setAttribute("server.port", SERVICE_PORT)
            .setAttribute("url.full", "http://" + call.target().host() + call.path(id))
            .startSpan();
    AttributesBuilder measured =
        Attributes.builder()
            .put("http.request.method", call.method())
            .put("server.address", call.target().host())
            .put("server.port", SERVICE_PORT);
    long start = System.nanoTime();
    try {
      HttpResponse<Void> answer =
          http.send(request(call, address, span), HttpResponse.BodyHandlers.discarding());
      int status = answer.statusCode();
      span.setAttribute("http.response.status_code", status);
      measured.put("http.response.status_code", status);
      if (status < 400) {
        return null;
      }
      fail(span, measured, Integer.toString(status));
      return call.target() + " answered " + status;
    } catch (IOException e) {
      span.recordException(e);
      fail(span, measured, e.getClass().getName());
      return call.target() + " cannot be reached: " + e.getClass().getSimpleName();
    } finally {
      telemetry.clientDuration().record((System.nanoTime() - start) / 1e9, measured.build());
      span.end();
    }
  }

  private HttpRequest request(Call call, URI address, Span span) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(patience)
            .method(call.method(), HttpRequest.BodyPublishers.noBody());
    W3CTraceContextPropagator.getInstance()
        .inject(
            Context.current().with(span),
            request,
            (carrier, key, value) -> carrier.setHeader(key, value));
    return request.build();
  }

  private static void fail(Span span, AttributesBuilder measured, String type) {
    span.setStatus(StatusCode.ERROR);
    span.setAttribute(AttributeKey.stringKey("error.type"), type);
    measured.put("error.type", type);
  }
}
