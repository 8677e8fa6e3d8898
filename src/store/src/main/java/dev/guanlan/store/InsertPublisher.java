package dev.guanlan.store;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives the JDK's client the chunks of a body as it asks for them, again from the start where it
 * sends the body over another connection. Its own publishers copy all that they are given.
 */
final class InsertPublisher implements BodyPublisher {

  private final InsertBody body;

  InsertPublisher(InsertBody body) {
    this.body = body;
  }

  @Override
  public long contentLength() {
    return body.length();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new Emission(subscriber, body.chunks()));
  }

  /** Gives chunks in the thread that asks; what is asked for meanwhile is given by the same one. */
  private static final class Emission implements Subscription {

    private final Subscriber<? super ByteBuffer> subscriber;
    private final Iterator<ByteBuffer> chunks;
    private final AtomicLong asked = new AtomicLong();
    private volatile boolean ended;

    Emission(Subscriber<? super ByteBuffer> subscriber, Iterator<ByteBuffer> chunks) {
      this.subscriber = subscriber;
      this.chunks = chunks;
    }

    @Override
    public void request(long count) {
      if (count <= 0) {
        end(new IllegalArgumentException("%d chunks were asked for".formatted(count)));
      } else if (asked.getAndAccumulate(count, Emission::sum) == 0) {
        do {
          give();
        } while (!ended && asked.decrementAndGet() > 0);
      }
    }

    /** Returns the sum, or the most there is, which is how everything is asked for. */
    private static long sum(long one, long other) {
      return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    private void give() {
      if (ended) {
        return;
      }
      try {
        if (chunks.hasNext()) {
          subscriber.onNext(chunks.next());
        }
        if (!chunks.hasNext() && !ended) {
          ended = true;
          subscriber.onComplete();
        }
      } catch (RuntimeException e) {
        end(e);
      }
    }

    private void end(RuntimeException failure) {
      if (!ended) {
        ended = true;
        subscriber.onError(failure);
      }
    }

    @Override
    public void cancel() {
      ended = true;
    }
  }
}
