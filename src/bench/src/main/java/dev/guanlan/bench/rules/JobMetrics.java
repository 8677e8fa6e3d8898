package dev.guanlan.bench.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guanlan.local.stack.FlinkRest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what the operator that evaluates rules counts, of all its subtasks together. */
final class JobMetrics {

  private static final String OPERATOR = "evaluate_rules.";

  private final FlinkRest rest;
  private final String jobName;

  /** Where the operator's metrics are; asking for it at every look would take the job's time. */
  private @Nullable String path;

  JobMetrics(FlinkRest rest, String jobName) {
    this.rest = rest;
    this.jobName = jobName;
  }

  /** Returns the sum of a counter; 0 while it is not told. */
  long sum(String metric) throws IOException {
    return Math.max(0, aggregate(List.of(OPERATOR + metric), "sum"));
  }

  /** Returns the sum of a counter that each group has for itself. */
  long sumOfGroups(String metric) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode each : rest.get(path())) {
      String name = each.path("id").asText();
      if (name.startsWith(OPERATOR) && name.endsWith("." + metric)) {
        names.add(name);
      }
    }
    return names.isEmpty() ? 0 : Math.max(0, aggregate(names, "sum"));
  }

  /** Returns the least value of a gauge; the least there is while it is not told. */
  long least(String metric) throws IOException {
    return aggregate(List.of(OPERATOR + metric), "min");
  }

  private long aggregate(List<String> names, String how) throws IOException {
    List<String> encoded = new ArrayList<>();
    for (String name : names) {
      encoded.add(URLEncoder.encode(name, StandardCharsets.UTF_8));
    }
    JsonNode values = rest.get(path() + "?get=%s&agg=%s".formatted(String.join(",", encoded), how));
    if (values.isEmpty()) {
      return Long.MIN_VALUE;
    }
    double sum = 0;
    for (JsonNode each : values) {
      sum += each.path(how).asDouble();
    }
    return (long) sum;
  }

  private String path() throws IOException {
    String known = path;
    if (known != null) {
      return known;
    }
    String job =
        rest.job(jobName)
            .orElseThrow(() -> new IOException("The job " + jobName + " has ended. See its log."))
            .id();
    for (JsonNode vertex : rest.get("/jobs/" + job).path("vertices")) {
      if (vertex.path("name").asText().contains("evaluate rules")) {
        known = "/jobs/%s/vertices/%s/subtasks/metrics".formatted(job, vertex.path("id").asText());
        path = known;
        return known;
      }
    }
    throw new IOException("The job " + jobName + " has no operator that evaluates rules.");
  }
}
