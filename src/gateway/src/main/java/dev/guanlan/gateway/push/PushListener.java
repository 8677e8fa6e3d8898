package dev.guanlan.gateway.push;

import java.time.Duration;

/** Hears what becomes of pushes. */
public interface PushListener {

  /** Says that a body came in, {@code bytes} long as sent. */
  void received(PushProtocol protocol, long bytes);

  /** Says that a push was answered. */
  void answered(PushProtocol protocol, int status);

  /** Says that a push was refused. */
  void refused(PushProtocol protocol, Refusal.Reason reason);

  /**
   * Says that a push is on Kafka.
   *
   * @param waited how long Kafka took
   * @param untranslatable how many of its parts nothing understands yet
   */
  void acknowledged(PushProtocol protocol, Duration waited, long untranslatable);
}
