package dev.guanlan.gateway.push;

import dev.guanlan.codec.protobuf.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Says a refusal as a {@code google.rpc.Status}, with a {@code google.rpc.RetryInfo} where trying
 * again helps.
 *
 * <p>Source: https://opentelemetry.io/docs/specs/otlp/#failures and
 * https://github.com/googleapis/googleapis/blob/master/google/rpc/{status,error_details}.proto
 *
 * @param code one of gRPC's status codes
 * @param message what happened, to what, what to do
 * @param retryAfter when to try again, or null if that does not help
 */
public record RpcStatus(int code, String message, @Nullable Duration retryAfter) {

  private static final int CODE = 1 << 3;
  private static final int MESSAGE = 2 << 3 | 2;
  private static final int DETAILS = 3 << 3 | 2;
  private static final int TYPE_URL = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;
  private static final int RETRY_DELAY = 1 << 3 | 2;
  private static final int SECONDS = 1 << 3;
  private static final int NANOS = 2 << 3;
  private static final byte[] RETRY_INFO =
      "type.googleapis.com/google.rpc.RetryInfo".getBytes(StandardCharsets.US_ASCII);

  /** Makes the status of a refusal. */
  public static RpcStatus of(Refusal refusal) {
    return new RpcStatus(
        codeOf(refusal.reason()), String.valueOf(refusal.getMessage()), refusal.retryAfter());
  }

  /** Returns gRPC's code for a reason, so that OTLP's exporters retry exactly what passes. */
  private static int codeOf(Refusal.Reason reason) {
    return switch (reason) {
      case MALFORMED, TENANT, LIMIT -> 3; // INVALID_ARGUMENT
      case INCOMPLETE -> 1; // CANCELLED
      case SLOW, TIMEOUT -> 4; // DEADLINE_EXCEEDED
      case NOT_FOUND -> 5; // NOT_FOUND
      case FORBIDDEN -> 7; // PERMISSION_DENIED
      case TOO_LARGE, RATE -> 8; // RESOURCE_EXHAUSTED
      case UNSUPPORTED -> 12; // UNIMPLEMENTED
      case INTERNAL -> 13; // INTERNAL
      case OVERLOADED, KAFKA -> 14; // UNAVAILABLE
      case UNAUTHENTICATED -> 16; // UNAUTHENTICATED
    };
  }

  /** Returns the message in protobuf. */
  public byte[] encode() {
    ProtoWriter out = new ProtoWriter();
    out.varint(CODE);
    out.varint(code);
    out.field(MESSAGE, message.getBytes(StandardCharsets.UTF_8));
    if (retryAfter != null) {
      ProtoWriter delay = new ProtoWriter();
      delay.varint(SECONDS);
      delay.varint(retryAfter.getSeconds());
      delay.varint(NANOS);
      delay.varint(retryAfter.getNano());
      ProtoWriter info = new ProtoWriter();
      info.field(RETRY_DELAY, written(delay));
      ProtoWriter any = new ProtoWriter();
      any.field(TYPE_URL, RETRY_INFO);
      any.field(VALUE, written(info));
      out.field(DETAILS, written(any));
    }
    return written(out);
  }

  private static byte[] written(ProtoWriter out) {
    return Arrays.copyOf(out.bytes(), out.length());
  }
}
