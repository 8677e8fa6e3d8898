package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import io.netty.util.concurrent.EventExecutor;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Reads a request's body up to a limit and passes over the rest, because many a sender reads no
 * answer before it has sent everything. Who goes on and on is cut off.
 *
 * <p>Memory is taken as bytes come, not as they are announced: who announces much and sends little
 * keeps nobody else out.
 */
final class BodyReader implements Subscriber<HttpObject> {

  /** How many bytes beyond the limit are passed over before the sender is cut off. */
  private static final long PATIENCE_BYTES = 64L << 20;

  private static final int FIRST_BYTES = 16 << 10;
  private static final byte[] NOTHING = {};

  /** Of a body that was refused already. */
  private static final SizeLimit NOTHING_KEPT = new SizeLimit(0, "");

  private final int keptBytes;
  private final SizeLimit limit;
  private final InFlightBytes.@Nullable Lease lease;
  private final int announced;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private byte[] kept = NOTHING;
  private @Nullable Subscription subscription;
  private @Nullable Refusal refusal;
  private long received;

  private BodyReader(
      int keptBytes, SizeLimit limit, InFlightBytes.@Nullable Lease lease, long announced) {
    this.keptBytes = keptBytes;
    this.limit = limit;
    this.lease = lease;
    this.announced = announced < 0 ? 0 : (int) Math.min(keptBytes, announced);
  }

  /**
   * Reads a body.
   *
   * @param limit how much its sender may put into it
   * @param wrappingBytes how many more the transport adds
   * @param lease grows with what is held
   * @return the body, or a {@link Refusal} if it is larger than allowed, or breaks off
   */
  static CompletableFuture<byte[]> read(
      HttpRequest request,
      SizeLimit limit,
      int wrappingBytes,
      InFlightBytes.Lease lease,
      EventExecutor executor) {
    BodyReader reader =
        new BodyReader(
            limit.bytes() + wrappingBytes, limit, lease, request.headers().contentLength());
    request.subscribe(reader, executor);
    return reader.body;
  }

  /** Passes over a body, however it ends. */
  static CompletableFuture<@Nullable Void> passOver(HttpRequest request, EventExecutor executor) {
    BodyReader reader = new BodyReader(0, NOTHING_KEPT, null, 0);
    request.subscribe(reader, executor);
    return reader.body.handle((body, failure) -> null);
  }

  /** Makes the refusal of a body that is larger as sent. */
  static Refusal tooLarge(SizeLimit limit) {
    return limit.refusal("the body is larger");
  }

  @Override
  public void onSubscribe(Subscription to) {
    subscription = to;
    to.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(HttpObject object) {
    if (object instanceof HttpData data) {
      try (data) {
        keep(data);
      }
      if (received > keptBytes + PATIENCE_BYTES && subscription != null) {
        subscription.cancel();
        onComplete();
      }
    }
  }

  private void keep(HttpData data) {
    int before = (int) Math.min(keptBytes, received);
    received += data.length();
    if (received > keptBytes) {
      drop(tooLarge(limit));
    } else if (refusal == null) {
      try {
        makeRoom((int) received);
        System.arraycopy(data.array(), 0, kept, before, data.length());
      } catch (Refusal overloaded) {
        drop(overloaded);
      }
    }
  }

  private void makeRoom(int needed) throws Refusal {
    if (needed <= kept.length) {
      return;
    }
    int doubled = Math.max(FIRST_BYTES, kept.length * 2);
    // Exactly as long as announced in the end, so that the body need not be copied once more.
    int capacity =
        needed <= announced && doubled > announced / 2 ? announced : Math.max(needed, doubled);
    if (lease != null) {
      lease.resize(capacity);
    }
    kept = Arrays.copyOf(kept, capacity);
  }

  private void drop(Refusal because) {
    kept = NOTHING;
    if (refusal == null) {
      refusal = because;
      if (lease != null) {
        lease.release();
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
    if (refusal != null) {
      body.completeExceptionally(refusal);
    } else {
      body.complete(kept.length == received ? kept : Arrays.copyOf(kept, (int) received));
    }
  }
}
