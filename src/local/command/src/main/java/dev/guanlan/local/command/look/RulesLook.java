package dev.guanlan.local.command.look;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Asks a gateway how rules do and which alerts are active, by Prometheus' API. */
public final class RulesLook {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A gateway that was not asked before reads Kafka first. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** How many groups are asked for at once. */
  private static final int PAGE = 200;

  private static final int LONGEST_ANSWER_SHOWN = 300;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String gateway;
  private final String tenant;
  private final String token;

  /**
   * Prepares to ask.
   *
   * @param gateway the gateway's address, as {@code http://host:port}
   * @param tenant whose rules are meant
   * @param token a bearer token; empty for none
   */
  public RulesLook(String gateway, String tenant, String token) {
    this.gateway = gateway.endsWith("/") ? gateway.substring(0, gateway.length() - 1) : gateway;
    this.tenant = tenant;
    this.token = token;
  }

  /**
   * Is what the gateway knows of rules.
   *
   * @param groups the groups with their rules, without the rules' alerts
   * @param warnings what the gateway says of its own answer
   */
  public record Groups(List<JsonNode> groups, List<String> warnings) {}

  /**
   * Is what the gateway knows of active alerts.
   *
   * @param alerts the alerts that it tells
   * @param untold how many there are besides
   * @param warnings what the gateway says of its own answer
   */
  public record Alerts(List<JsonNode> alerts, long untold, List<String> warnings) {}

  /** Returns how rules do. */
  public Groups groups() throws LookException, InterruptedException {
    List<JsonNode> groups = new ArrayList<>();
    Set<String> warnings = new LinkedHashSet<>(); // Every page has them.
    String next = "";
    do {
      String page = next.isEmpty() ? "" : "&group_next_token=" + encoded(next);
      JsonNode answer = ask("/api/v1/rules?exclude_alerts=true&group_limit=" + PAGE + page);
      JsonNode data = answer.path("data");
      warnings.addAll(warnings(answer));
      data.path("groups").forEach(groups::add);
      next = data.path("groupNextToken").asText("");
    } while (!next.isEmpty());
    return new Groups(groups, List.copyOf(warnings));
  }

  /** Returns which alerts are active. */
  public Alerts alerts() throws LookException, InterruptedException {
    JsonNode answer = ask("/api/v1/alerts");
    JsonNode data = answer.path("data");
    List<JsonNode> alerts = new ArrayList<>();
    data.path("alerts").forEach(alerts::add);
    return new Alerts(alerts, data.path("untoldAlerts").asLong(), warnings(answer));
  }

  private static List<String> warnings(JsonNode answer) {
    List<String> warnings = new ArrayList<>();
    answer.path("warnings").forEach(warning -> warnings.add(oneLine(warning.asText())));
    return warnings;
  }

  private JsonNode ask(String path) throws LookException, InterruptedException {
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(URI.create(gateway + path));
    } catch (IllegalArgumentException e) {
      throw new LookException(
          gateway + " is no gateway's address; write it as http://host:port", e);
    }
    request.timeout(TIMEOUT).header("X-Scope-OrgID", tenant).header("Accept", "application/json");
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new LookException(
            "The gateway at %s answers %d: %s"
                .formatted(gateway, answer.statusCode(), shown(answer.body())),
            null);
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new LookException(
          "The gateway does not answer at " + gateway + ": " + e + "; check that it runs", e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("[\\p{Cc}\\p{Cf}]", " ");
  }

  private static String shown(String body) {
    String line = oneLine(body);
    return line.length() <= LONGEST_ANSWER_SHOWN
        ? line
        : line.substring(0, LONGEST_ANSWER_SHOWN - 1) + "…";
  }
}
