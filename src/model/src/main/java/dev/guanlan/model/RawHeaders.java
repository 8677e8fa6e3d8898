package dev.guanlan.model;

/** Names the Kafka headers of a raw record. Their values are UTF-8 text. */
public final class RawHeaders {

  /** How the payload is encoded; without it, the topic's configured encoding holds. */
  public static final String ENCODING = "encoding";

  /** Who sent it; without it, {@link RawRecord#ANONYMOUS}. */
  public static final String TENANT = "tenant";

  /**
   * When the gateway received it, in milliseconds since the epoch; without it, Kafka's timestamp.
   */
  public static final String RECEIVED_AT = "received-at";

  /**
   * The record that this one repairs, as {@code topic/partition@offset}; only on records that were
   * replayed from the dead letters.
   */
  public static final String REPLAY_OF = "replay-of";

  /**
   * The jobs that a replayed record is for, their names parted by commas: those that could not
   * process the record it repairs. The others have what it holds already and pass it over.
   */
  public static final String REPLAY_FOR = "replay-for";

  private RawHeaders() {}
}
