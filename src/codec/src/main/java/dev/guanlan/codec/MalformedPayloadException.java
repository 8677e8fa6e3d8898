package dev.guanlan.codec;

/**
 * Says that a payload cannot be decoded: what is wrong, where, and what to do about it. The message
 * quotes input only bounded and escaped, so it may be shown and logged.
 */
public sealed class MalformedPayloadException extends Exception permits PayloadTooLargeException {

  private static final long serialVersionUID = 1;

  /** Makes an exception with a message of three parts: what happened, to what, what to do. */
  public MalformedPayloadException(String message) {
    super(message);
  }

  /** Makes an exception with a message of three parts and what lies beneath. */
  public MalformedPayloadException(String message, Throwable cause) {
    super(message, cause);
  }
}
