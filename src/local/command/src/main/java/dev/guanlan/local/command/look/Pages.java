package dev.guanlan.local.command.look;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks Alertmanager which alerts it holds (its API v2). */
public final class Pages {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final URI alerts;

  /**
   * Is an alert that Alertmanager holds as active.
   *
   * @param labels its labels
   * @param annotations its annotations
   * @param startsAtMillis since when it fires, as the platform told, milliseconds since the epoch
   * @param updatedAtMillis when Alertmanager was last told of it, milliseconds since the epoch
   */
  public record Page(
      Map<String, String> labels,
      Map<String, String> annotations,
      long startsAtMillis,
      long updatedAtMillis) {}

  /** Prepares to ask the Alertmanager at an address. */
  public Pages(String url) {
    alerts = URI.create(url + "/api/v2/alerts?active=true");
  }

  /** Returns the alerts that are active now. */
  public List<Page> active() throws LookException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(alerts).timeout(TIMEOUT).GET().build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new LookException(
            "Alertmanager answers " + answer.statusCode() + " to " + alerts, null);
      }
      List<Page> pages = new ArrayList<>();
      for (JsonNode alert : JSON.readTree(answer.body())) {
        pages.add(
            new Page(
                texts(alert.path("labels")),
                texts(alert.path("annotations")),
                millis(alert.path("startsAt")),
                millis(alert.path("updatedAt"))));
      }
      return pages;
    } catch (IOException | DateTimeException e) {
      throw new LookException("Alertmanager does not answer at " + alerts + ": " + e, e);
    }
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new TreeMap<>();
    node.properties().forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
    return texts;
  }

  private static long millis(JsonNode node) {
    return OffsetDateTime.parse(node.asText()).toInstant().toEpochMilli();
  }
}
