package dev.guanlan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.codec.otlp.OtlpSpansDecoder;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.local.stack.NodeExporterPart;
import dev.guanlan.local.stack.PrometheusAgentPart;
import dev.guanlan.local.stack.PrometheusAgentPart.Scrape;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.Startup;
import dev.guanlan.local.stack.fetch.Cache;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.testing.KafkaExtension;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lets agents that other people wrote push to the gateway, and decodes what arrives on Kafka. */
class RealClientsITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LINES = 700;

  private static GatewayServer gateway;
  private static String url;

  @BeforeAll
  static void start() {
    KAFKA.createPlatformTopics(2);
    gateway =
        GatewayServer.start(
            new GatewaySettings(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                KAFKA.bootstrapServers(),
                new PushLimits(8 << 20, 16 << 20, 64 << 20, 4),
                64 << 20,
                Duration.ofSeconds(20),
                Duration.ofMinutes(1),
                true,
                SecuritySettings.NONE,
                null,
                List.of()));
    url = "http://127.0.0.1:" + gateway.addresses().get(0).getPort();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** Decodes every record of a topic that is a tenant's. */
  private static <B> List<B> decoded(String topic, String tenant, Decoder<B> decoder)
      throws MalformedPayloadException {
    List<B> blocks = new ArrayList<>();
    for (RawRecord read : new StoredRecords(KAFKA).of(topic)) {
      if (read.tenant().equals(tenant)) {
        blocks.add(decoder.decode(read));
      }
    }
    return blocks;
  }

  @Nested
  class Prometheus {

    @TempDir Path folder;

    @Test
    void writesWhatItScrapesFromNodeExporter() throws Exception {
      Cache cache = Cache.ofUser();
      assumeThat(PrometheusAgentPart.obtainable(cache) && NodeExporterPart.obtainable(cache))
          .as("Debian's prometheus and prometheus-node-exporter can be had")
          .isTrue();
      Site site = new Site(folder, folder, cache, notice -> {});
      List<Integer> ports = StackPorts.free(2);
      NodeExporterPart exporter = new NodeExporterPart(site, ports.get(0));
      PrometheusAgentPart prometheus =
          new PrometheusAgentPart(
              site,
              ports.get(1),
              URI.create(url + "/api/v1/write"),
              Duration.ofSeconds(1),
              List.of(new Scrape("node", List.of(exporter.target()), Map.of("rack", "r 1"))));
      try {
        Startup.untilHealthy(exporter);
        Startup.untilHealthy(prometheus);
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  Set<String> metrics = new HashSet<>();
                  Set<Long> scrapes = new HashSet<>();
                  for (SampleBlock block : blocks()) {
                    collect(block, metrics, scrapes);
                  }
                  assertThat(metrics)
                      .contains("up", "node_cpu_seconds_total", "node_memory_MemTotal_bytes")
                      .hasSizeGreaterThan(100);
                  assertThat(scrapes)
                      .as("scrapes in which the target was up")
                      .hasSizeGreaterThan(2);
                });
      } finally {
        prometheus.stop();
        exporter.stop();
      }
    }

    private List<SampleBlock> blocks() throws MalformedPayloadException {
      return decoded(
          Topics.PROMETHEUS_REMOTE_WRITE,
          RawRecord.ANONYMOUS,
          new RemoteWriteDecoder(DecoderLimits.DEFAULTS));
    }

    private static void collect(SampleBlock block, Set<String> metrics, Set<Long> scrapes) {
      for (int series = 0; series < block.seriesCount(); series++) {
        if (!block.labels(series).getOrEmpty("rack").equals("r 1")) {
          continue; // Another test's, on the same broker.
        }
        metrics.add(block.labels(series).metricName());
        if (block.labels(series).metricName().equals("up")) {
          for (int i = block.firstSample(series); i < block.endSample(series); i++) {
            if (block.value(i) == 1) {
              scrapes.add(block.timestamp(i));
            }
          }
        }
      }
    }
  }

  @Nested
  class OpenTelemetrySdk {

    @Test
    void exportsOverGrpc() throws Exception {
      exports(
          "sdk-grpc",
          OtlpGrpcMetricExporter.builder()
              .setEndpoint(url)
              .setCompression("gzip")
              .addHeader("X-Scope-OrgID", "sdk-grpc")
              .build(),
          OtlpGrpcLogRecordExporter.builder()
              .setEndpoint(url)
              .addHeader("X-Scope-OrgID", "sdk-grpc")
              .build(),
          OtlpGrpcSpanExporter.builder()
              .setEndpoint(url)
              .setCompression("gzip")
              .addHeader("X-Scope-OrgID", "sdk-grpc")
              .build());
    }

    @Test
    void exportsOverHttp() throws Exception {
      exports(
          "sdk-http",
          OtlpHttpMetricExporter.builder()
              .setEndpoint(url + "/v1/metrics")
              .addHeader("X-Scope-OrgID", "sdk-http")
              .build(),
          OtlpHttpLogRecordExporter.builder()
              .setEndpoint(url + "/v1/logs")
              .setCompression("gzip")
              .addHeader("X-Scope-OrgID", "sdk-http")
              .build(),
          OtlpHttpSpanExporter.builder()
              .setEndpoint(url + "/otlp/v1/traces")
              .addHeader("X-Scope-OrgID", "sdk-http")
              .build());
    }

    private void exports(
        String tenant, MetricExporter metrics, LogRecordExporter logs, SpanExporter spans)
        throws Exception {
      Resource resource =
          Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), tenant));
      try (SdkMeterProvider meters =
              SdkMeterProvider.builder()
                  .setResource(resource)
                  .registerMetricReader(PeriodicMetricReader.create(metrics))
                  .build();
          SdkLoggerProvider loggers =
              SdkLoggerProvider.builder()
                  .setResource(resource)
                  .addLogRecordProcessor(BatchLogRecordProcessor.builder(logs).build())
                  .build();
          SdkTracerProvider tracers =
              SdkTracerProvider.builder()
                  .setResource(resource)
                  .addSpanProcessor(BatchSpanProcessor.builder(spans).build())
                  .build()) {
        var orders = meters.get("test").counterBuilder("orders").build();
        for (int i = 0; i < LINES; i++) {
          orders.add(1, Attributes.of(AttributeKey.stringKey("shop"), "shop-" + i % 7));
          loggers.get("test").logRecordBuilder().setBody("line " + i).emit();
          tracers.get("test").spanBuilder("step " + i).startSpan().end();
        }
        assertExported(meters.forceFlush());
        assertExported(loggers.forceFlush());
        assertExported(tracers.forceFlush());
      }
      double most = 0; // The last export comes again when the provider is closed.
      for (SampleBlock block :
          decoded(Topics.OTLP_METRICS, tenant, new OtlpMetricsDecoder(DecoderLimits.DEFAULTS))) {
        double total = 0;
        for (int series = 0; series < block.seriesCount(); series++) {
          if (block.labels(series).metricName().equals("orders_total")) {
            total += block.value(block.firstSample(series));
          }
        }
        most = Math.max(most, total);
      }
      assertThat(most).isEqualTo(LINES);
      Set<String> lines = new HashSet<>();
      for (LogBlock block :
          decoded(Topics.OTLP_LOGS, tenant, new OtlpLogsDecoder(DecoderLimits.DEFAULTS))) {
        block.resources().forEach(group -> group.entries().forEach(e -> lines.add(e.body())));
      }
      assertThat(lines).hasSize(LINES);
      Set<String> steps = new HashSet<>();
      for (SpanBlock block :
          decoded(Topics.OTLP_SPANS, tenant, new OtlpSpansDecoder(DecoderLimits.DEFAULTS))) {
        block.resources().forEach(group -> group.spans().forEach(span -> steps.add(span.name())));
      }
      assertThat(steps).hasSize(LINES);
    }

    private static void assertExported(CompletableResultCode result) {
      assertThat(result.join(PATIENCE.toSeconds(), TimeUnit.SECONDS).isSuccess()).isTrue();
    }
  }
}
