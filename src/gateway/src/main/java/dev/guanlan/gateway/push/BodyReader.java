package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import io.netty.util.concurrent.EventExecutor;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Reads a request's body up to a limit and passes over the rest, because many a sender reads no
 * answer before it has sent everything. Who goes on and on is cut off.
 */
final class BodyReader implements Subscriber<HttpObject> {

  /** How many times the limit is passed over before the sender is cut off. */
  private static final int PATIENCE = 8;

  private static final int FIRST_BYTES = 16 << 10;

  private final int maxBytes;
  private final long patienceBytes;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final ByteArrayOutputStream kept;
  private @Nullable Subscription subscription;
  private long received;

  private BodyReader(int keptBytes, int maxBytes, long expectedBytes) {
    this.maxBytes = keptBytes;
    this.patienceBytes = (long) PATIENCE * maxBytes;
    long capacity = expectedBytes < 0 ? FIRST_BYTES : expectedBytes;
    this.kept = new ByteArrayOutputStream((int) Math.min(keptBytes, capacity));
  }

  /**
   * Reads a body.
   *
   * @return the body, or a {@link Refusal} if it is larger than {@code maxBytes} or breaks off
   */
  static CompletableFuture<byte[]> read(HttpRequest request, int maxBytes, EventExecutor executor) {
    BodyReader reader = new BodyReader(maxBytes, maxBytes, request.headers().contentLength());
    request.subscribe(reader, executor);
    return reader.body;
  }

  /** Passes over a body, however it ends. */
  static CompletableFuture<@Nullable Void> passOver(
      HttpRequest request, int maxBytes, EventExecutor executor) {
    BodyReader reader = new BodyReader(0, maxBytes, 0);
    request.subscribe(reader, executor);
    return reader.body.handle((body, failure) -> null);
  }

  /** Makes the refusal of a body larger than {@code maxBytes}. */
  static Refusal tooLarge(int maxBytes) {
    return new Refusal(
        Refusal.Reason.TOO_LARGE,
        "the body is larger than " + maxBytes + " bytes, which is the limit; send smaller batches");
  }

  @Override
  public void onSubscribe(Subscription to) {
    subscription = to;
    to.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(HttpObject object) {
    if (object instanceof HttpData data) {
      received += data.length();
      if (received <= maxBytes) {
        kept.write(data.array(), 0, data.length());
      } else {
        kept.reset();
      }
      data.close();
      if (received > patienceBytes && subscription != null) {
        subscription.cancel();
        onComplete();
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(
        new Refusal(
            Refusal.Reason.INCOMPLETE,
            "the body broke off after " + received + " bytes; send it again",
            failure));
  }

  @Override
  public void onComplete() {
    if (received > maxBytes) {
      body.completeExceptionally(tooLarge(maxBytes));
    } else {
      body.complete(kept.toByteArray());
    }
  }
}
