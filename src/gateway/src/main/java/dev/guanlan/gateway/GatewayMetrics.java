package dev.guanlan.gateway;

import dev.guanlan.gateway.file.WatchedFiles;
import dev.guanlan.gateway.push.InFlightBytes;
import dev.guanlan.gateway.push.PushListener;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.gateway.rules.RuleDesk;
import dev.guanlan.gateway.rules.RuleFolderWatch;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Counts what the gateway does, for Prometheus to scrape. */
final class GatewayMetrics implements PushListener, AutoCloseable {

  private static final String PATH = "path";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  GatewayMetrics(InFlightBytes inFlight, BooleanSupplier kafkaAnswers) {
    garbageCollection.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    Gauge.builder("guanlan.gateway.in.flight.bytes", inFlight, InFlightBytes::taken)
        .description("Bytes of pushes that are not answered yet.")
        .register(registry);
    Gauge.builder("guanlan.gateway.kafka.up", () -> kafkaAnswers.getAsBoolean() ? 1 : 0)
        .description("Whether Kafka answered last time it was asked.")
        .register(registry);
  }

  /** Shows how files are that are read again when they change. */
  void watch(WatchedFiles<?> files) {
    Gauge.builder("guanlan.gateway.file.broken", files, watched -> watched.broken() ? 1 : 0)
        .description("Whether what the files say cannot be used, and what they said before is.")
        .tag("option", files.option())
        .register(registry);
    FunctionCounter.builder("guanlan.gateway.file.reloads", files, WatchedFiles::reloads)
        .description("How many times a change of the files came into force.")
        .tag("option", files.option())
        .register(registry);
  }

  /** Shows what becomes of rules. */
  void watch(RuleDesk desk) {
    FunctionCounter.builder("guanlan.gateway.rule.groups.changed", desk, RuleDesk::changedGroups)
        .description("Rule groups that were added, changed and deleted.")
        .register(registry);
  }

  /** Shows how a folder of rules is. */
  void watch(RuleFolderWatch folder) {
    String tenant = folder.folder().tenant();
    Gauge.builder("guanlan.gateway.rules.folder.broken", folder, RuleFolderWatch::brokenFiles)
        .description("Files that are wrong, of which what they said before is in force.")
        .tag("tenant", tenant)
        .register(registry);
    Gauge.builder("guanlan.gateway.rules.folder.behind", folder, each -> each.behind() ? 1 : 0)
        .description("Whether Kafka is still to be told what the folder says.")
        .tag("tenant", tenant)
        .register(registry);
  }

  @Override
  public void received(String path, long bytes) {
    registry.counter("guanlan.gateway.received.bytes", PATH, path).increment((double) bytes);
  }

  @Override
  public void answered(String path, int status) {
    registry
        .counter("guanlan.gateway.requests", PATH, path, "status", Integer.toString(status))
        .increment();
  }

  @Override
  public void refused(String path, Refusal.Reason reason) {
    registry
        .counter(
            "guanlan.gateway.rejected",
            PATH,
            path,
            "reason",
            reason.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  @Override
  public void acknowledged(
      String path, String topic, Duration waited, long items, long untranslatable) {
    registry.counter("guanlan.gateway.acknowledged.records", "topic", topic).increment();
    registry.counter("guanlan.gateway.acknowledged.items", PATH, path).increment((double) items);
    registry
        .counter("guanlan.gateway.untranslatable.points", PATH, path)
        .increment((double) untranslatable);
    Timer.builder("guanlan.gateway.kafka.acknowledge")
        .description("From handing a record to the producer until Kafka acknowledged it.")
        .tag("topic", topic)
        .serviceLevelObjectives(
            Duration.ofMillis(5),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10))
        .register(registry)
        .record(waited);
  }

  /** Returns everything in Prometheus' text format. */
  String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
