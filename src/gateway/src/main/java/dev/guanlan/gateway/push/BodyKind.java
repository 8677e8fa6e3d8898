package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.Excerpt;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the headers that say what a body is. */
public final class BodyKind {

  /** The content type of protobuf messages, with any parameters. */
  public static final MediaType PROTOBUF = MediaType.create("application", "x-protobuf");

  private BodyKind() {}

  /** Returns a request's content type, or null if it has none, or none that can be read. */
  public static @Nullable MediaType contentType(RequestHeaders headers) {
    return headers.contentType();
  }

  /** Returns whether a request does not say what its body is; an unreadable type is no such. */
  public static boolean isUntyped(RequestHeaders headers) {
    return headers.get(HttpHeaderNames.CONTENT_TYPE, "").isBlank();
  }

  /** Returns a request's content encoding in lower case; empty if it has none. */
  public static String contentEncoding(RequestHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "");
    return encoding.strip().toLowerCase(Locale.ROOT);
  }

  /** Returns whether the content type is protobuf, whatever its parameters. */
  public static boolean isProtobuf(RequestHeaders headers) {
    return is(headers, PROTOBUF);
  }

  /** Returns whether the content type is JSON, whatever its parameters. */
  public static boolean isJson(RequestHeaders headers) {
    return is(headers, MediaType.JSON);
  }

  private static boolean is(RequestHeaders headers, MediaType wanted) {
    MediaType type = contentType(headers);
    return type != null && type.withoutParameters().equals(wanted);
  }

  /**
   * Returns how to undo a request's content encoding: none, gzip or zstd.
   *
   * @throws Refusal if it is another
   */
  public static Compression compression(RequestHeaders headers) throws Refusal {
    return switch (contentEncoding(headers)) {
      case "", "identity" -> Compression.NONE;
      case "gzip" -> Compression.GZIP;
      case "zstd" -> Compression.ZSTD;
      default -> throw unsupported(headers, "compress with gzip or zstd, or not at all");
    };
  }

  /** Makes the refusal of a content type or encoding. */
  public static Refusal unsupported(RequestHeaders headers, String instead) {
    return new Refusal(
        Refusal.Reason.UNSUPPORTED,
        "this path does not take the Content-Type "
            + Excerpt.of(headers.get(HttpHeaderNames.CONTENT_TYPE, ""))
            + " with the Content-Encoding "
            + Excerpt.of(headers.get(HttpHeaderNames.CONTENT_ENCODING, ""))
            + "; "
            + instead);
  }
}
