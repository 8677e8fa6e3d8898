package dev.guanlan.local.command.demo;

import dev.guanlan.local.stack.JavaProcessPart;
import dev.guanlan.local.stack.NodeExporterPart;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PrometheusAgentPart;
import dev.guanlan.local.stack.PrometheusAgentPart.Scrape;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.fetch.Cache;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Chooses what the demo runs besides the platform: the fleet always, node-exporter and Prometheus
 * where they can be had.
 *
 * @param all the parts, in the order they start
 * @param controlPort where the fleet is steered
 * @param notes what to tell the user about the choice
 */
record DemoParts(List<Part> all, int controlPort, List<String> notes) {

  private static final Duration SCRAPE_INTERVAL = Duration.ofSeconds(5);

  static DemoParts of(DemoSettings settings, Consumer<String> notice) {
    StackPorts ports = settings.place().ports();
    Site site = new Site(settings.place().root(), settings.place().data(), Cache.ofUser(), notice);
    boolean exporters =
        PrometheusAgentPart.obtainable(site.cache()) && NodeExporterPart.obtainable(site.cache());
    int control = StackPorts.free(1).get(0);
    String gateway = "http://127.0.0.1:" + ports.gateway();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--otlp",
                gateway,
                "--rate",
                String.format(Locale.ROOT, "%s", settings.rate()),
                "--control-port",
                Integer.toString(control)));
    List<Part> parts = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    if (exporters) {
      NodeExporterPart exporter = new NodeExporterPart(site, ports.nodeExporter());
      parts.add(exporter);
      parts.add(
          new PrometheusAgentPart(
              site,
              ports.prometheus(),
              URI.create(gateway + "/api/v1/write"),
              SCRAPE_INTERVAL,
              List.of(
                  new Scrape("node", List.of(exporter.target()), Map.of()),
                  new Scrape("gateway", List.of("127.0.0.1:" + ports.gateway()), Map.of()))));
    } else {
      arguments.add("--host-metrics");
      notes.add(
          "node-exporter and Prometheus are not installed: the fleet reports this machine's load,"
              + " CPU, memory and disk instead (Debian: apt-get install prometheus"
              + " prometheus-node-exporter).");
    }
    parts.add(
        0,
        new JavaProcessPart(
            site,
            new JavaProcessPart.Program(
                "fleet",
                settings.fleetJar(),
                List.of("-Xmx160m", "-Xss256k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                arguments,
                Map.of(),
                List.of(),
                URI.create("http://127.0.0.1:" + control + "/ready"))));
    return new DemoParts(parts, control, notes);
  }
}
