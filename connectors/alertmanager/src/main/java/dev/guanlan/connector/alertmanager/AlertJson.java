package dev.guanlan.connector.alertmanager;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.guanlan.rules.Notification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Writes notifications as Alertmanager's API v2 reads them ({@code postableAlerts}). */
final class AlertJson {

  private static final JsonFactory JSON = new JsonFactory();

  private AlertJson() {}

  static byte[] of(List<QueuedAlert> alerts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartArray();
      for (QueuedAlert alert : alerts) {
        Notification notification = alert.notification();
        json.writeStartObject();
        texts(json, "labels", notification.labels().toMap());
        texts(json, "annotations", notification.annotations());
        json.writeStringField("startsAt", time(notification.startsAtMillis()));
        json.writeStringField("endsAt", time(alert.endsAtMillis()));
        if (!notification.generatorUrl().isEmpty()) {
          json.writeStringField("generatorURL", notification.generatorUrl());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("alerts cannot be written as JSON", e);
    }
    return bytes.toByteArray();
  }

  private static void texts(JsonGenerator json, String field, Map<String, String> texts)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
