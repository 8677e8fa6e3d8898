package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Is what a sender gets for a push.
 *
 * @param status the HTTP status
 * @param type the content's type, or null without content
 * @param headers more headers
 * @param content the body
 */
public record Answer(int status, @Nullable MediaType type, HttpHeaders headers, HttpData content) {

  /** Makes an answer without content. */
  public static Answer empty(int status) {
    return new Answer(status, null, HttpHeaders.of(), HttpData.empty());
  }

  /** Makes an answer with content. */
  public static Answer of(int status, MediaType type, HttpData content) {
    return new Answer(status, type, HttpHeaders.of(), content);
  }

  /** Makes the answer that says a refusal in plain text. */
  public static Answer refusal(Refusal refusal) {
    return of(
        refusal.reason().status(),
        MediaType.PLAIN_TEXT_UTF_8,
        HttpData.ofUtf8(refusal.getMessage() + "\n"));
  }

  /** Returns this answer with one more header. */
  public Answer with(CharSequence name, String value) {
    return new Answer(status, type, headers.toBuilder().set(name, value).build(), content);
  }
}
