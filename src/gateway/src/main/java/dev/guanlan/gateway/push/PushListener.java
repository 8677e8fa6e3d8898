package dev.guanlan.gateway.push;

import java.time.Duration;

/** Hears what becomes of pushes. A {@code path} is one of a protocol's, as it was registered. */
public interface PushListener {

  /** Says that a body came in, {@code bytes} long as sent. */
  void received(String path, long bytes);

  /** Says that a push was answered. */
  void answered(String path, int status);

  /** Says that a push was refused. */
  void refused(String path, Refusal.Reason reason);

  /**
   * Says that a push is on Kafka.
   *
   * @param topic where
   * @param waited how long Kafka took
   * @param items how many samples, log entries, spans and flows it holds
   * @param untranslatable how many of its parts nothing understands yet
   */
  void acknowledged(String path, String topic, Duration waited, long items, long untranslatable);
}
