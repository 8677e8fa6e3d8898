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

  private RawHeaders() {}
}
