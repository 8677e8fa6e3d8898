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

  /** Returns a request's content encoding in lower case; empty if it has none. */
  public static String contentEncoding(RequestHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "");
    return encoding.strip().toLowerCase(Locale.ROOT);
  }

  /** Returns whether the content type is protobuf, whatever its parameters. */
  public static boolean isProtobuf(RequestHeaders headers) {
    MediaType type = contentType(headers);
    return type != null && type.withoutParameters().equals(PROTOBUF);
  }

  /** Makes the refusal of a content type or encoding. */
  public static Refusal unsupported(RequestHeaders headers, String path, String instead) {
    return new Refusal(
        Refusal.Reason.UNSUPPORTED,
        path
            + " does not take the Content-Type "
            + Excerpt.of(headers.get(HttpHeaderNames.CONTENT_TYPE, ""))
            + " with the Content-Encoding "
            + Excerpt.of(headers.get(HttpHeaderNames.CONTENT_ENCODING, ""))
            + "; "
            + instead);
  }
}
