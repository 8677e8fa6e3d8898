package dev.guanlan.gateway.push;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes messages out of gRPC's length-prefixed framing and puts them in.
 *
 * <p>Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
final class GrpcFrame {

  /** A byte that says whether the message is compressed, and its length in four. */
  static final int PREFIX_BYTES = 5;

  private GrpcFrame() {}

  /**
   * Returns the only message of a body.
   *
   * @param named the compression that the request names, which the message need not have
   * @throws Refusal if the body is not exactly one message
   */
  static Exchange.Content unwrap(byte[] body, Compression named) throws Refusal {
    if (body.length < PREFIX_BYTES) {
      throw malformed(body.length, "is shorter than the prefix of a message");
    }
    int flag = body[0];
    if (flag != 0 && !(flag == 1 && named != Compression.NONE)) {
      throw malformed(
          body.length,
          "has a message that is compressed in a way which grpc-encoding does not say");
    }
    long length = ByteBuffer.wrap(body, 1, Integer.BYTES).getInt() & 0xFFFF_FFFFL;
    if (length != body.length - PREFIX_BYTES) {
      throw malformed(body.length, "is not one message, which would have " + length + " bytes");
    }
    return new Exchange.Content(
        Arrays.copyOfRange(body, PREFIX_BYTES, body.length), flag == 0 ? Compression.NONE : named);
  }

  /** Returns the body that has one message, uncompressed. */
  static byte[] wrap(byte[] message) {
    return ByteBuffer.allocate(PREFIX_BYTES + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  private static Refusal malformed(int length, String what) {
    return new Refusal(
        Refusal.Reason.MALFORMED,
        "the body of " + length + " bytes " + what + "; send one gRPC message");
  }
}
