package dev.guanlan.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.testing.KafkaRecords;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what was decided of alerts: from the topic of transitions, and from Alertmanager. */
final class AlertWatch {

  private static final RecordFormat<AlertTransition> FORMAT =
      RecordFormat.of(AlertTransition.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Platform platform;
  private final String tenant;

  AlertWatch(Platform platform, String tenant) {
    this.platform = platform;
    this.tenant = tenant;
  }

  /** Returns every committed transition of an alert, in the order decided. */
  List<AlertTransition> transitions(String alert) throws IOException {
    List<AlertTransition> found = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        KafkaRecords.committed(platform.kafka.bootstrapServers(), Topics.ALERTS)) {
      AlertTransition transition = FORMAT.decode(record.value());
      if (transition.getTenant().equals(tenant) && transition.getAlert().equals(alert)) {
        found.add(transition);
      }
    }
    found.sort((a, b) -> Long.compare(a.getTimestampMillis(), b.getTimestampMillis()));
    return found;
  }

  /** Returns the alert as Alertmanager shows it while it fires. */
  Optional<JsonNode> atAlertmanager(String alert, String label, String value)
      throws IOException, InterruptedException {
    String filter =
        URLEncoder.encode("alertname=\"" + alert + "\"", StandardCharsets.UTF_8)
            + "&filter="
            + URLEncoder.encode(label + "=\"" + value + "\"", StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(platform.alertmanager.url() + "/api/v2/alerts?filter=" + filter))
            .build();
    JsonNode alerts =
        JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    return alerts.isEmpty() ? Optional.empty() : Optional.of(alerts.get(0));
  }
}
