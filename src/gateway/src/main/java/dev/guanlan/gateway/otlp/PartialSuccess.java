package dev.guanlan.gateway.otlp;

import dev.guanlan.codec.protobuf.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes an {@code Export*ServiceResponse} that says what will not be seen of a request. Without
 * anything to say the message is empty, which is no bytes at all.
 */
final class PartialSuccess {

  private static final int PARTIAL_SUCCESS = 1 << 3 | 2;
  private static final int REJECTED = 1 << 3;
  private static final int ERROR_MESSAGE = 2 << 3 | 2;

  private PartialSuccess() {}

  static byte[] encode(long rejected, String message) {
    ProtoWriter inner = new ProtoWriter();
    inner.varint(REJECTED);
    inner.varint(rejected);
    inner.field(ERROR_MESSAGE, message.getBytes(StandardCharsets.UTF_8));
    ProtoWriter outer = new ProtoWriter();
    outer.field(PARTIAL_SUCCESS, Arrays.copyOf(inner.bytes(), inner.length()));
    return Arrays.copyOf(outer.bytes(), outer.length());
  }
}
