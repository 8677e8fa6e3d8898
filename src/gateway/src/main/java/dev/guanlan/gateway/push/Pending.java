package dev.guanlan.gateway.push;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Is a push that has no answer yet, kept with its request so that one whose time is up can still be
 * answered in the words of its protocol.
 */
final class Pending {

  private static final AttributeKey<Pending> KEY = AttributeKey.valueOf(Pending.class, "PUSH");

  private final Exchange exchange;
  private volatile boolean bodyIsHere;
  private volatile @Nullable Refusal refusal;

  private Pending(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Keeps a push with its request. */
  static Pending of(ServiceRequestContext context, Exchange exchange) {
    Pending pending = new Pending(exchange);
    context.setAttr(KEY, pending);
    return pending;
  }

  /** Returns the push of a request; null if it is for something else. */
  static @Nullable Pending of(ServiceRequestContext context) {
    return context.attr(KEY);
  }

  Exchange exchange() {
    return exchange;
  }

  /** Notes that what follows is the gateway's time, and not the sender's. */
  byte[] bodyIsHere(byte[] body) {
    bodyIsHere = true;
    return body;
  }

  /** Notes that the push will be refused when its body is over. */
  void willBeRefused(Refusal because) {
    refusal = because;
  }

  /** Returns why a push is refused that was not answered within so many milliseconds. */
  Refusal timedOut(long millis) {
    Refusal already = refusal;
    if (already != null) {
      return already;
    }
    String limit = millis + " ms, which is " + exchange.timeLimit();
    return bodyIsHere
        ? new Refusal(
            Refusal.Reason.TIMEOUT,
            "the body was here, but not known to be on Kafka after "
                + limit
                + "; send the same body again a little later, or allow more time")
        : new Refusal(
            Refusal.Reason.SLOW,
            "the whole body was not here after "
                + limit
                + "; send it again faster, or in smaller batches");
  }
}
