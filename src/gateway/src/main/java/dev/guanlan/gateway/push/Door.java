package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.guanlan.gateway.push.PushProtocol.Sender;
import dev.guanlan.gateway.push.PushProtocol.Verdict;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets pushes in, over whatever transport they come. A push goes this way:
 *
 * <ol>
 *   <li>its headers are looked at, on the event loop: who sends it, for whom, in what form;
 *   <li>its body is collected, never more than allowed, and taken from the bytes in flight as it
 *       grows;
 *   <li>a worker hands it to the {@link Intake} of its protocol;
 *   <li>when Kafka has acknowledged it the sender gets its answer.
 * </ol>
 */
public final class Door {

  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private final Admission admission;
  private final Quotas quotas;
  private final InFlightBytes inFlight;
  private final PushListener listener;

  /** Makes a door. */
  public Door(Admission admission, Quotas quotas, InFlightBytes inFlight, PushListener listener) {
    this.admission = admission;
    this.quotas = quotas;
    this.inFlight = inFlight;
    this.listener = listener;
  }

  HttpResponse serve(ServiceRequestContext context, HttpRequest request, Exchange exchange) {
    return admission.isSlow(request.headers())
        ? HttpResponse.of(
            () -> serveNow(context, request, exchange), context.blockingTaskExecutor())
        : serveNow(context, request, exchange);
  }

  /**
   * Lets a request in that is no push. It is answered when {@code errand} is done, which is asked
   * for on a worker.
   */
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request, Errand errand) {
    return admission.isSlow(request.headers())
        ? HttpResponse.of(() -> serveNow(context, request, errand), context.blockingTaskExecutor())
        : serveNow(context, request, errand);
  }

  private HttpResponse serveNow(ServiceRequestContext context, HttpRequest request, Errand errand) {
    RequestHeaders headers = request.headers();
    String tenant;
    Quota quota;
    SizeLimit limit;
    InFlightBytes.Lease lease;
    try {
      tenant = admission.tenantOf(headers, Permission.RULES);
      quota = quotas.of(tenant);
      limit = errand.body(quota);
      if (headers.contentLength() > limit.bytes()) {
        throw BodyReader.tooLarge(limit);
      }
      lease = inFlight.take(0);
    } catch (Refusal refusal) {
      return HttpResponse.of(
          BodyReader.passOver(request, context.eventLoop())
              .thenApply(done -> refuse(errand, refusal)));
    }
    return HttpResponse.of(
        BodyReader.read(request, limit, 0, lease, context.eventLoop())
            .thenComposeAsync(
                body -> errand.run(tenant, quota, body), context.blockingTaskExecutor())
            .handle(
                (answer, failure) ->
                    failure == null
                        ? answer(errand, answer)
                        : refuse(errand, refusalOf(errand.path(), failure)))
            .whenComplete((answer, failure) -> lease.release()));
  }

  private HttpResponse refuse(Errand errand, Refusal refusal) {
    listener.refused(errand.path(), refusal.reason());
    return answer(errand, PushEndpoint.complete(Answer.refusal(refusal), refusal));
  }

  private HttpResponse answer(Errand errand, Answer answer) {
    listener.answered(errand.path(), answer.status());
    return PushEndpoint.respond(answer);
  }

  private HttpResponse serveNow(
      ServiceRequestContext context, HttpRequest request, Exchange exchange) {
    Pending pending = Pending.of(context, exchange);
    Push push;
    try {
      push = open(context, request.headers(), exchange);
    } catch (Refusal refusal) {
      pending.willBeRefused(refusal);
      return HttpResponse.of(
          BodyReader.passOver(request, context.eventLoop())
              .thenApply(
                  done -> context.isTimedOut() ? answeredAlready() : refuse(exchange, refusal)));
    }
    SizeLimit limit = push.quota().body();
    CompletableFuture<HttpResponse> response =
        BodyReader.read(request, limit, exchange.wrappingBytes(), push.lease(), context.eventLoop())
            .thenApply(pending::bodyIsHere)
            .thenComposeAsync(body -> take(exchange, push, body), context.blockingTaskExecutor())
            .handle(
                (verdict, failure) -> {
                  if (context.isTimedOut()) {
                    return answeredAlready();
                  }
                  return failure == null
                      ? exchange.accept(verdict.answer())
                      : refuse(exchange, refusalOf(exchange.path(), failure));
                })
            .whenComplete((answer, failure) -> push.lease().release());
    return HttpResponse.of(response);
  }

  /**
   * Answers a push whose time is up.
   *
   * @param failure what Armeria has for an answer
   * @return null if this is for something else to answer
   */
  public @Nullable HttpResponse answerTimeout(ServiceRequestContext context, Throwable failure) {
    Pending pending = Pending.of(context);
    return pending == null || !(failure instanceof RequestTimeoutException)
        ? null
        : refuse(pending.exchange(), pending.timedOut(context.requestTimeoutMillis()));
  }

  /** Makes what comes after {@link #answerTimeout}, and is seen by nobody. */
  private static HttpResponse answeredAlready() {
    return HttpResponse.of(HttpStatus.REQUEST_TIMEOUT);
  }

  private Push open(ServiceRequestContext context, RequestHeaders headers, Exchange exchange)
      throws Refusal {
    String tenant = admission.tenantOf(headers, Permission.PUSH);
    Quota quota = quotas.of(tenant);
    PushProtocol.Form form = exchange.form();
    SizeLimit limit = quota.body();
    if (headers.contentLength() > (long) limit.bytes() + exchange.wrappingBytes()) {
      throw BodyReader.tooLarge(limit);
    }
    Sender sender =
        new Sender(context.clientAddress(), headers.get(HttpHeaderNames.USER_AGENT, ""));
    return new Push(
        exchange.path(),
        tenant,
        quota,
        form,
        sender,
        inFlight.take(0),
        () -> context.isTimedOut() || context.isCancelled());
  }

  private static CompletableFuture<Verdict> take(Exchange exchange, Push push, byte[] body) {
    try {
      return exchange.intake().take(push, exchange.unwrap(push.form(), body));
    } catch (Refusal refusal) {
      return CompletableFuture.failedFuture(refusal);
    }
  }

  private HttpResponse refuse(Exchange exchange, Refusal refusal) {
    listener.refused(exchange.path(), refusal.reason());
    LOG.debug("Refused a push to {}: {}", exchange.path(), refusal.getMessage());
    return exchange.refuse(refusal);
  }

  private static Refusal refusalOf(String path, Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof Refusal refusal) {
      return refusal;
    }
    LOG.error("A request to {} failed by a fault of the gateway's own", path, cause);
    return new Refusal(
        Refusal.Reason.INTERNAL,
        "the gateway failed on this request to " + path + "; its log says why, please report it",
        cause);
  }
}
