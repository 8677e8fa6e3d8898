package dev.guanlan.codec.protobuf;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;

/** Counts what a decoded payload will take on the heap, and stops the one that takes too much. */
public final class HeapBudget {

  /** What a String costs besides its characters, with the reference to it. */
  private static final int STRING_OVERHEAD = 56;

  private final long limit;
  private final String limitName;
  private long left;

  /** Makes a budget of {@link DecoderLimits#maxDecodedBytes}. */
  public HeapBudget(DecoderLimits limits) {
    this.limit = limits.maxDecodedBytes();
    this.limitName = limits.decodedBytesName();
    this.left = limit;
  }

  /** Makes the whole budget available again, for the next payload. */
  public void reset() {
    left = limit;
  }

  /**
   * Takes {@code bytes} from the budget.
   *
   * @throws MalformedPayloadException if they are not there
   */
  public void charge(long bytes) throws MalformedPayloadException {
    left -= bytes;
    if (left < 0) {
      throw new PayloadTooLargeException(
          "the payload decodes to more than "
              + limit
              + " bytes in memory, which is "
              + limitName
              + "; send smaller batches");
    }
  }

  /** Takes what a text of {@code bytes} bytes of UTF-8 costs. */
  public void chargeText(long bytes) throws MalformedPayloadException {
    charge(STRING_OVERHEAD + bytes);
  }
}
