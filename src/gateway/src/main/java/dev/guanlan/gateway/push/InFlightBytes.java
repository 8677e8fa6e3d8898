package dev.guanlan.gateway.push;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all pushes between their first byte and their answer, so that a slow Kafka
 * fills the senders' queues and not this heap.
 */
public final class InFlightBytes {

  private static final int LEAST = 8 << 10;

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /** Allows {@code limit} bytes. */
  public InFlightBytes(long limit) {
    this.limit = limit;
  }

  /** Returns how many bytes are in flight. */
  public long taken() {
    return taken.get();
  }

  /** Takes bytes for one push; even a tiny one counts for its bookkeeping. */
  Lease take(long bytes) throws Refusal {
    Lease lease = new Lease();
    lease.resize(bytes);
    return lease;
  }

  /** Is one push's share. */
  final class Lease {
    private long held;

    private Lease() {}

    synchronized void resize(long bytes) throws Refusal {
      long wanted = Math.max(LEAST, bytes);
      long more = wanted - held;
      long now = taken.addAndGet(more);
      if (more > 0 && now > limit) {
        taken.addAndGet(-more);
        throw new Refusal(
            Refusal.Reason.OVERLOADED,
            "more than "
                + limit
                + " bytes are already on their way to Kafka, which is --max-in-flight-bytes of the"
                + " gateway; send again a little later");
      }
      held = wanted;
    }

    synchronized void release() {
      taken.addAndGet(-held);
      held = 0;
    }
  }
}
