package dev.guanlan.local.command.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Holds what the fleet says of itself.
 *
 * @param jobs the services as their metrics' label {@code job} names them: {@code shop/payment}
 * @param calls how many pairs of services there are of which one calls the other
 */
public record FleetDescription(Set<String> jobs, int calls) {

  /** Names what can go wrong with a service. */
  public static final List<String> FAULTS = List.of("latency", "errors", "down");

  private static final long TIMEOUT_SECONDS = 20;

  /** Copies the names. */
  public FleetDescription {
    jobs = Collections.unmodifiableSet(new LinkedHashSet<>(jobs));
  }

  /** Returns the services' names, without their namespaces. */
  public List<String> services() {
    return jobs.stream().map(job -> job.substring(job.indexOf('/') + 1)).toList();
  }

  /** Returns the namespaces. */
  public Set<String> namespaces() {
    return jobs.stream()
        .map(job -> job.substring(0, job.indexOf('/')))
        .collect(Collectors.toCollection(TreeSet::new));
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
    Set<String> jobs = new LinkedHashSet<>();
    for (JsonNode service : description.path("services")) {
      jobs.add(service.path("namespace").asText() + "/" + service.path("name").asText());
    }
    return new FleetDescription(jobs, description.path("calls").size());
  }
}
