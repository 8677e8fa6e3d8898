package dev.guanlan.codec;

/** Says that a payload, whatever it holds, would cost more than the decoder's limits allow. */
public final class PayloadTooLargeException extends MalformedPayloadException {

  private static final long serialVersionUID = 1;

  /** Makes an exception with a message that names the limit and what to do. */
  public PayloadTooLargeException(String message) {
    super(message);
  }
}
