package dev.guanlan.gateway.push;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says why a push is not taken, in words for whoever sent it. */
public final class Refusal extends Exception {

  private static final long serialVersionUID = 1;
  private static final Duration SOON = Duration.ofSeconds(5);

  /** Names the reasons, as the metrics do. */
  public enum Reason {
    /** The body is not what the protocol says. */
    MALFORMED(400),
    /** The tenant's name is not one. */
    TENANT(400),
    /** Something in the body is beyond a limit of its tenant. */
    LIMIT(400),
    /** Nobody known sent it. */
    UNAUTHENTICATED(401),
    /** Whoever sent it may not do this, or not for this tenant. */
    FORBIDDEN(403),
    /** What is asked for is not there. */
    NOT_FOUND(404),
    /** The sender went away. */
    INCOMPLETE(408),
    /** The body is larger than allowed, as sent or decompressed. */
    TOO_LARGE(413),
    /** The protocol, its version or compression is not known here. */
    UNSUPPORTED(415),
    /** The tenant sends more than its rate. */
    RATE(429),
    /** The gateway is at fault. */
    INTERNAL(500),
    /** More is on its way to Kafka than memory allows. */
    OVERLOADED(503),
    /** The sender took too long for its body; most drop what is answered 408, and try 503 again. */
    SLOW(503),
    /** Kafka did not acknowledge. */
    KAFKA(503),
    /** The whole body was here, but nothing else in the time that there was. */
    TIMEOUT(503);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    /** Returns the HTTP status that answers it. */
    public int status() {
      return status;
    }
  }

  private final Reason reason;
  private final @Nullable Duration retryAfter;

  /** Makes a refusal with a message of three parts: what happened, to what, what to do. */
  public Refusal(Reason reason, String message) {
    this(reason, message, null, soonIfItPasses(reason));
  }

  /** Makes a refusal with a message of three parts and what lies beneath. */
  public Refusal(Reason reason, String message, Throwable cause) {
    this(reason, message, cause, soonIfItPasses(reason));
  }

  /** Makes a refusal of what may be taken after a while. */
  public Refusal(Reason reason, String message, Duration retryAfter) {
    this(reason, message, null, retryAfter);
  }

  private Refusal(
      Reason reason, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
    super(message, cause);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  private static @Nullable Duration soonIfItPasses(Reason reason) {
    return switch (reason) {
      case SLOW, OVERLOADED, KAFKA, TIMEOUT -> SOON;
      default -> null;
    };
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }

  /** Returns when the same push may be taken, or null if never. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
