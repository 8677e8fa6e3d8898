package dev.guanlan.local.fleet;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gives one service its own OpenTelemetry SDK, as a process of its own would have: a resource, and
 * exporters for spans, metrics and logs over OTLP/HTTP.
 *
 * <p>Spans and metrics carry the whole Kubernetes resource; logs carry the service's identity only,
 * as agents often leave it, so that what the platform adds to them can be seen.
 */
final class Telemetry implements AutoCloseable {

  /** Boundaries in seconds, from the semantic conventions for HTTP metrics. */
  private static final List<Double> DURATION_BOUNDARIES =
      List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

  private static final String SCOPE = "dev.guanlan.fleet";
  private static final Duration BATCH_DELAY = Duration.ofSeconds(1);

  private final SdkTracerProvider tracers;
  private final SdkMeterProvider meters;
  private final SdkLoggerProvider loggers;
  private final Tracer tracer;
  private final Logger logger;
  private final Duration farewell;
  private final DoubleHistogram serverDuration;
  private final DoubleHistogram clientDuration;
  private final LongUpDownCounter activeRequests;

  Telemetry(ServiceSpec spec, FleetSettings settings) {
    farewell = settings.farewell();
    Resource identity = Resource.create(identity(spec));
    Resource whole = identity.merge(Resource.create(placement(spec, settings.cluster())));
    tracers =
        SdkTracerProvider.builder()
            .setResource(whole)
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder()
                            .setEndpoint(settings.otlp("/v1/traces"))
                            .build())
                    .setScheduleDelay(BATCH_DELAY)
                    .build())
            .build();
    meters = meters(whole, settings);
    loggers =
        SdkLoggerProvider.builder()
            .setResource(identity)
            .addLogRecordProcessor(
                BatchLogRecordProcessor.builder(
                        OtlpHttpLogRecordExporter.builder()
                            .setEndpoint(settings.otlp("/v1/logs"))
                            .build())
                    .setScheduleDelay(BATCH_DELAY)
                    .build())
            .build();
    tracer = tracers.get(SCOPE);
    logger = loggers.get(SCOPE);
    Meter meter = meters.get(SCOPE);
    serverDuration = duration(meter, "http.server.request.duration", "Duration of HTTP requests.");
    clientDuration =
        duration(meter, "http.client.request.duration", "Duration of HTTP requests to others.");
    activeRequests =
        meter
            .upDownCounterBuilder("http.server.active_requests")
            .setUnit("{request}")
            .setDescription("HTTP requests being answered.")
            .build();
  }

  /** Builds a meter provider that exports each interval of the settings. */
  static SdkMeterProvider meters(Resource resource, FleetSettings settings) {
    return SdkMeterProvider.builder()
        .setResource(resource)
        .registerMetricReader(
            PeriodicMetricReader.builder(
                    OtlpHttpMetricExporter.builder()
                        .setEndpoint(settings.otlp("/v1/metrics"))
                        .build())
                .setInterval(settings.metricInterval())
                .build())
        .build();
  }

  Tracer tracer() {
    return tracer;
  }

  DoubleHistogram serverDuration() {
    return serverDuration;
  }

  DoubleHistogram clientDuration() {
    return clientDuration;
  }

  LongUpDownCounter activeRequests() {
    return activeRequests;
  }

  /** Writes a log line within the current trace. */
  void log(Severity severity, String body, Attributes attributes) {
    LogRecordBuilder line = logger.logRecordBuilder();
    line.setContext(Context.current())
        .setTimestamp(System.currentTimeMillis(), TimeUnit.MILLISECONDS)
        .setSeverity(severity)
        .setSeverityText(severity.name())
        .setBody(body)
        .setAllAttributes(attributes)
        .emit();
  }

  /** Sends what is held back and stops; waits for as long as the settings say at most. */
  @Override
  public void close() {
    CompletableResultCode.ofAll(List.of(tracers.shutdown(), meters.shutdown(), loggers.shutdown()))
        .join(farewell.toMillis(), TimeUnit.MILLISECONDS);
  }

  static Attributes identity(ServiceSpec spec) {
    return Attributes.of(
        AttributeKey.stringKey("service.name"),
        spec.name().name(),
        AttributeKey.stringKey("service.namespace"),
        spec.name().namespace(),
        AttributeKey.stringKey("service.instance.id"),
        spec.instanceId());
  }

  static Attributes placement(ServiceSpec spec, String cluster) {
    return Attributes.builder()
        .put("service.version", "1.0.0")
        .put("service.owner", spec.owner())
        .put("deployment.environment.name", "demo")
        .put("k8s.cluster.name", cluster)
        .put("k8s.namespace.name", spec.name().namespace())
        .put("k8s.deployment.name", spec.name().name())
        .put("k8s.pod.name", spec.pod())
        .put("k8s.pod.uid", spec.podUid(cluster))
        .put("k8s.container.name", spec.name().name())
        .put("k8s.node.name", spec.node())
        .put("host.name", spec.node())
        .put("telemetry.sdk.language", "java")
        .put("telemetry.sdk.name", "opentelemetry")
        .build();
  }

  private static DoubleHistogram duration(Meter meter, String name, String description) {
    return meter
        .histogramBuilder(name)
        .setUnit("s")
        .setDescription(description)
        .setExplicitBucketBoundariesAdvice(DURATION_BOUNDARIES)
        .build();
  }
}
