package dev.guanlan.gateway.push;

/** Says why a push is not taken, in words for whoever sent it. */
public final class Refusal extends Exception {

  private static final long serialVersionUID = 1;

  /** Names the reasons, as the metrics do. */
  public enum Reason {
    /** The body is not what the protocol says. */
    MALFORMED(400),
    /** The tenant's name is not one. */
    TENANT(400),
    /** The sender went away or was too slow. */
    INCOMPLETE(408),
    /** The body is larger than allowed, as sent or decompressed. */
    TOO_LARGE(413),
    /** The protocol, its version or compression is not known here. */
    UNSUPPORTED(415),
    /** More is on its way to Kafka than memory allows. */
    OVERLOADED(503),
    /** Kafka did not acknowledge. */
    KAFKA(503),
    /** The gateway is at fault. */
    INTERNAL(500);

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

  /** Makes a refusal with a message of three parts: what happened, to what, what to do. */
  public Refusal(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Makes a refusal with a message of three parts and what lies beneath. */
  public Refusal(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }

  /** Returns whether the same push may be taken a little later. */
  boolean passes() {
    return reason == Reason.OVERLOADED || reason == Reason.KAFKA;
  }
}
