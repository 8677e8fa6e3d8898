package dev.guanlan.local.command.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Holds what the fleet says of itself.
 *
 * @param services the services' names, without namespaces
 * @param namespaces the namespaces
 * @param calls how many services call how many others: edges of the graph
 */
public record FleetDescription(List<String> services, Set<String> namespaces, int calls) {

  /** Names what can go wrong with a service. */
  public static final List<String> FAULTS = List.of("latency", "errors", "down");

  private static final long TIMEOUT_SECONDS = 20;

  /** Copies the lists. */
  public FleetDescription {
    services = List.copyOf(services);
    namespaces = Set.copyOf(namespaces);
  }

  /** Asks the fleet's program. */
  public static FleetDescription ask(Path jar) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar.toString(),
                "--describe")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] answer;
    try (var out = process.getInputStream()) {
      answer = out.readAllBytes();
    }
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(
          "The fleet's program " + jar + " does not run; build it anew with: ./guanlan build");
    }
    return parse(answer);
  }

  static FleetDescription parse(byte[] json) throws IOException {
    JsonNode description = new ObjectMapper().readTree(json);
    List<String> services = new ArrayList<>();
    Set<String> namespaces = new TreeSet<>();
    for (JsonNode service : description.path("services")) {
      services.add(service.path("name").asText());
      namespaces.add(service.path("namespace").asText());
    }
    return new FleetDescription(services, namespaces, description.path("calls").size());
  }
}
