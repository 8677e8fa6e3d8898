package dev.guanlan.local.fleet;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports this machine's own load, CPU time, memory and disk where node-exporter is not installed,
 * under node-exporter's names, so that the node rules judge them alike.
 *
 * <p>It covers only what those rules read. It cannot give {@code up}, which is the scraper's word
 * about a target: without Prometheus there is no scraper.
 */
final class HostMetrics implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HostMetrics.class);
  private static final Path PROC = Path.of("/proc");

  private final SdkMeterProvider meters;

  HostMetrics(FleetSettings settings, String host) {
    meters =
        Telemetry.meters(
            Resource.create(
                Attributes.of(
                    AttributeKey.stringKey("service.name"),
                    "node",
                    AttributeKey.stringKey("service.instance.id"),
                    host,
                    AttributeKey.stringKey("host.name"),
                    host)),
            settings);
    Meter meter = meters.get("dev.guanlan.fleet.host");
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    // No units: the translation to Prometheus would append them to names that have them already.
    meter
        .gaugeBuilder("node_load1")
        .buildWithCallback(to -> to.record(system.getSystemLoadAverage()));
    meter
        .counterBuilder("node_cpu_seconds_total")
        .ofDoubles()
        .buildWithCallback(HostMetrics::observeCpu);
    meter
        .gaugeBuilder("node_memory_MemTotal_bytes")
        .buildWithCallback(to -> observeMemory("MemTotal", to));
    meter
        .gaugeBuilder("node_memory_MemAvailable_bytes")
        .buildWithCallback(to -> observeMemory("MemAvailable", to));
    meter
        .gaugeBuilder("node_filesystem_size_bytes")
        .buildWithCallback(to -> observeDisk(to, FileStore::getTotalSpace));
    meter
        .gaugeBuilder("node_filesystem_avail_bytes")
        .buildWithCallback(to -> observeDisk(to, FileStore::getUsableSpace));
  }

  /** Asks a file store for a number of bytes. */
  private interface Space {
    long of(FileStore store) throws IOException;
  }

  private static void observeCpu(ObservableDoubleMeasurement to) {
    try {
      for (ProcStat.CpuTime time : ProcStat.cpuTimes(Files.readAllLines(PROC.resolve("stat")))) {
        to.record(
            time.seconds(),
            Attributes.of(
                AttributeKey.stringKey("cpu"),
                time.cpu(),
                AttributeKey.stringKey("mode"),
                time.mode()));
      }
    } catch (IOException e) {
      LOG.warn("CPU times cannot be read from /proc/stat; none are reported", e);
    }
  }

  private static void observeMemory(String field, ObservableDoubleMeasurement to) {
    try {
      Map<String, Long> fields = ProcStat.memory(Files.readAllLines(PROC.resolve("meminfo")));
      Long bytes = fields.get(field);
      if (bytes != null) {
        to.record((double) bytes);
      }
    } catch (IOException e) {
      LOG.warn("Memory cannot be read from /proc/meminfo; none is reported", e);
    }
  }

  private static void observeDisk(ObservableDoubleMeasurement to, Space space) {
    try {
      FileStore root = Files.getFileStore(Path.of("/"));
      to.record(
          (double) space.of(root),
          Attributes.of(
              AttributeKey.stringKey("device"),
              root.name(),
              AttributeKey.stringKey("fstype"),
              root.type(),
              AttributeKey.stringKey("mountpoint"),
              "/"));
    } catch (IOException e) {
      LOG.warn("The root file system's space cannot be read; none is reported", e);
    }
  }

  @Override
  public void close() {
    meters.close();
  }
}
