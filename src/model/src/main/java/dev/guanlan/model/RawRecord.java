package dev.guanlan.model;

import org.jspecify.annotations.Nullable;

/**
 * Holds exactly the bytes that an agent sent, and what is known of them before they are decoded.
 *
 * @param tenant who sent it; {@link #ANONYMOUS} when tenancy is off
 * @param encoding how {@code payload} is encoded, one of the constants of {@link Encoding}
 * @param receivedAtMillis when it came in, in milliseconds since the epoch
 * @param key the Kafka key, or null
 * @param payload the bytes as sent; not to be changed
 * @param origin the Kafka record it was read from
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record RawRecord(
    String tenant,
    String encoding,
    long receivedAtMillis,
    byte @Nullable [] key,
    byte[] payload,
    Origin origin) {

  /** The tenant of what is pushed without one. */
  public static final String ANONYMOUS = "anonymous";
}
