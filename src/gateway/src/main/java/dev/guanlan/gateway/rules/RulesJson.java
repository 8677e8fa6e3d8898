package dev.guanlan.gateway.rules;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.guanlan.connector.kafka.rules.FollowedGroup;
import dev.guanlan.rules.AlertingRule;
import dev.guanlan.rules.Rule;
import dev.guanlan.schema.ActiveAlert;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleHealth;
import dev.guanlan.schema.RuleStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes rules and alerts as Prometheus' API does: the same names in the same order, and behind
 * them what only we know.
 *
 * <p>Source: the types of Prometheus' {@code web/api/v1/api.go}.
 */
final class RulesJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  /** How Go writes a time that never was. */
  private static final String NEVER = "0001-01-01T00:00:00Z";

  /** Interval of a group that names none, until the job has said what it makes of that. */
  private static final long USUAL_INTERVAL_MILLIS = 60_000;

  private final JsonGenerator out;

  private RulesJson(JsonGenerator out) {
    this.out = out;
  }

  /** Writes the content of an answer. */
  @FunctionalInterface
  interface Content {
    void write(RulesJson json) throws IOException;
  }

  /** Is a group of which not all rules may be wanted. */
  record Page(FollowedGroup group, List<Integer> rules) {}

  /** Writes an answer that succeeds. */
  static byte[] success(Content data) {
    return success(data, List.of());
  }

  /**
   * Writes an answer that succeeds.
   *
   * @param warnings what is to be known of it; often nothing, which is not written then
   */
  static byte[] success(Content data, List<String> warnings) {
    return document(
        json -> {
          json.out.writeStringField("status", "success");
          json.out.writeObjectFieldStart("data");
          data.write(json);
          json.out.writeEndObject();
          json.warnings(warnings);
        });
  }

  /** Writes the answer to parameters that cannot be. */
  static byte[] badData(String message) {
    return document(
        json -> {
          json.out.writeStringField("status", "error");
          json.out.writeStringField("errorType", "bad_data");
          json.out.writeStringField("error", message);
        });
  }

  /** Writes the answer to a change that is stored, as Mimir's ruler does. */
  static byte[] accepted(List<String> warnings) {
    return document(
        json -> {
          json.out.writeStringField("status", "success");
          json.out.writeNullField("data");
          json.out.writeStringField("errorType", "");
          json.out.writeStringField("error", "");
          json.warnings(warnings);
        });
  }

  private void warnings(List<String> warnings) throws IOException {
    if (warnings.isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("warnings");
    for (String warning : warnings) {
      out.writeString(warning);
    }
    out.writeEndArray();
  }

  private static byte[] document(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      out.writeStartObject();
      content.write(new RulesJson(out));
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("JSON cannot be written to memory", e);
    }
    return bytes.toByteArray();
  }

  void text(String name, String value) throws IOException {
    out.writeStringField(name, value);
  }

  private void textIfAny(String name, String value) throws IOException {
    if (!value.isEmpty()) {
      out.writeStringField(name, value);
    }
  }

  /** Writes groups, each with the rules that are wanted of it. */
  void groups(List<Page> pages, boolean excludeAlerts, String nextToken) throws IOException {
    out.writeArrayFieldStart("groups");
    for (Page page : pages) {
      group(page, excludeAlerts);
    }
    out.writeEndArray();
    if (!nextToken.isEmpty()) {
      out.writeStringField("groupNextToken", nextToken);
    }
  }

  private void group(Page page, boolean excludeAlerts) throws IOException {
    FollowedGroup followed = page.group();
    RuleGroupStatus status = followed.status();
    String lastEvaluation = status == null ? NEVER : time(status.getEvaluatedAtMillis());
    out.writeStartObject();
    out.writeStringField("name", followed.group().name());
    out.writeStringField("file", followed.group().namespace());
    out.writeArrayFieldStart("rules");
    for (int place : page.rules()) {
      rule(followed, place, lastEvaluation, excludeAlerts);
    }
    out.writeEndArray();
    long named = followed.group().intervalMillis();
    seconds("interval", named != 0 ? named : interval(status));
    out.writeNumberField("limit", followed.group().limit());
    out.writeNumberField("evaluationTime", status == null ? 0 : status.getEvaluationSeconds());
    out.writeStringField("lastEvaluation", lastEvaluation);
    if (status != null) {
      out.writeStringField("lastTick", time(status.getTickMillis()));
      out.writeNumberField("lateSamples", status.getLateSamples());
      out.writeNumberField("series", status.getSeries());
      out.writeNumberField("shards", status.getShards());
      out.writeBooleanField("preparing", status.getPreparing());
      textIfAny("refused", status.getRefused());
      textIfAny("missingHistory", status.getMissingHistory());
    }
    out.writeEndObject();
  }

  private static long interval(@Nullable RuleGroupStatus status) {
    return status == null ? USUAL_INTERVAL_MILLIS : status.getIntervalMillis();
  }

  private void rule(FollowedGroup group, int place, String lastEvaluation, boolean excludeAlerts)
      throws IOException {
    Rule rule = group.group().rules().get(place);
    RuleStatus status = group.rules().get(place);
    Map<String, String> labels = labels(group, rule);
    out.writeStartObject();
    if (rule instanceof AlertingRule) {
      out.writeStringField("state", state(status));
    }
    out.writeStringField("name", rule.name());
    out.writeStringField("query", group.queries().get(place));
    if (rule instanceof AlertingRule alerting) {
      seconds("duration", alerting.forMillis());
      seconds("keepFiringFor", alerting.keepFiringForMillis());
      map("labels", labels);
      map("annotations", alerting.annotations());
      if (excludeAlerts) {
        out.writeNullField("alerts");
      } else {
        out.writeArrayFieldStart("alerts");
        alerts(status);
        out.writeEndArray();
      }
    } else if (!labels.isEmpty()) {
      map("labels", labels);
    }
    out.writeStringField("health", health(status));
    if (status != null) {
      textIfAny("lastError", status.getLastError());
    }
    out.writeNumberField("evaluationTime", status == null ? 0 : status.getEvaluationSeconds());
    out.writeStringField("lastEvaluation", status == null ? NEVER : lastEvaluation);
    out.writeStringField("type", rule instanceof AlertingRule ? "alerting" : "recording");
    if (status != null) {
      more(status, rule instanceof AlertingRule);
    }
    out.writeEndObject();
  }

  /** Returns the labels that a rule sets, as it writes them. */
  static Map<String, String> labels(FollowedGroup group, Rule rule) {
    Map<String, String> labels = new TreeMap<>(group.group().labels());
    labels.putAll(rule.labels());
    return labels;
  }

  /** Writes what Prometheus does not know. */
  private void more(RuleStatus status, boolean alerting) throws IOException {
    out.writeNumberField("inputSeries", status.getInputSeries());
    out.writeNumberField("inputSamples", status.getInputSamples());
    out.writeNumberField("outputSize", status.getOutputSize());
    if (status.getLastInputMillis() != 0) {
      out.writeStringField("lastInput", time(status.getLastInputMillis()));
    }
    out.writeNumberField("lateSamples", status.getLateSamples());
    out.writeBooleanField("blind", status.getBlind());
    out.writeBooleanField("limited", status.getLimited());
    if (alerting) {
      out.writeNumberField("pendingAlerts", status.getPendingAlerts());
      out.writeNumberField("firingAlerts", status.getFiringAlerts());
    }
  }

  private static String state(@Nullable RuleStatus status) {
    if (status == null) {
      return "inactive";
    }
    return status.getFiringAlerts() > 0
        ? "firing"
        : status.getPendingAlerts() > 0 ? "pending" : "inactive";
  }

  private static String health(@Nullable RuleStatus status) {
    if (status == null) {
      return "unknown";
    }
    RuleHealth health = status.getHealth();
    return switch (health) {
      case OK -> "ok";
      case ERR -> "err";
      case UNKNOWN -> "unknown";
    };
  }

  /** Writes all alerts of groups, and how many there are besides. */
  void allAlerts(List<FollowedGroup> groups) throws IOException {
    long untold = 0;
    out.writeArrayFieldStart("alerts");
    for (FollowedGroup group : groups) {
      for (RuleStatus status : group.rules()) {
        if (status != null) {
          alerts(status);
          untold += (long) status.getPendingAlerts() + status.getFiringAlerts();
          untold -= status.getAlerts().size();
        }
      }
    }
    out.writeEndArray();
    if (untold > 0) {
      out.writeNumberField("untoldAlerts", untold);
    }
  }

  private void alerts(@Nullable RuleStatus status) throws IOException {
    for (ActiveAlert alert : status == null ? List.<ActiveAlert>of() : status.getAlerts()) {
      out.writeStartObject();
      map("labels", new TreeMap<>(alert.getLabels()));
      map("annotations", new TreeMap<>(alert.getAnnotations()));
      out.writeStringField("state", alert.getFiring() ? "firing" : "pending");
      out.writeStringField("activeAt", time(alert.getActiveAtMillis()));
      if (alert.getKeepFiringSinceMillis() != 0) {
        out.writeStringField("keepFiringSince", time(alert.getKeepFiringSinceMillis()));
      }
      out.writeStringField("value", GoNumbers.scientific(alert.getValue()));
      out.writeEndObject();
    }
  }

  private void map(String name, Map<String, String> values) throws IOException {
    out.writeObjectFieldStart(name);
    for (Map.Entry<String, String> each : values.entrySet()) {
      out.writeStringField(each.getKey(), each.getValue());
    }
    out.writeEndObject();
  }

  private void seconds(String name, long millis) throws IOException {
    if (millis % 1000 == 0) {
      out.writeNumberField(name, millis / 1000);
    } else {
      out.writeNumberField(name, millis / 1000.0);
    }
  }

  void flag(String name, boolean value) throws IOException {
    out.writeStringField(name, Boolean.toString(value));
  }

  void object(String name, Content content) throws IOException {
    out.writeObjectFieldStart(name);
    content.write(this);
    out.writeEndObject();
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
