package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.guanlan.gateway.push.PushProtocol.Form;
import dev.guanlan.gateway.push.PushProtocol.Sender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one path over HTTP. A push goes this way:
 *
 * <ol>
 *   <li>its headers are looked at and its length taken from the bytes in flight, on the event loop;
 *   <li>its body is collected, never more than allowed;
 *   <li>a worker hands it to the {@link Intake} of its protocol;
 *   <li>when Kafka has acknowledged it the sender gets its answer.
 * </ol>
 */
public final class PushEndpoint implements HttpService {

  private static final Logger LOG = LoggerFactory.getLogger(PushEndpoint.class);

  private final String path;
  private final List<Intake> intakes;
  private final PushLimits limits;
  private final Tenants tenants;
  private final InFlightBytes inFlight;
  private final PushListener listener;

  /**
   * Makes an endpoint.
   *
   * @param path where it is, as it is registered
   * @param intakes the protocols that share the path, the one to ask first in front; not empty
   */
  public PushEndpoint(
      String path,
      List<Intake> intakes,
      PushLimits limits,
      boolean tenancy,
      InFlightBytes inFlight,
      PushListener listener) {
    this.path = path;
    this.intakes = List.copyOf(intakes);
    this.limits = limits;
    this.tenants = new Tenants(tenancy);
    this.inFlight = inFlight;
    this.listener = listener;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    RequestHeaders headers = request.headers();
    Intake intake = intakeOf(headers);
    Push push;
    try {
      push = open(context, headers, intake.protocol());
    } catch (Refusal refusal) {
      return HttpResponse.of(
          BodyReader.passOver(request, limits.maxBodyBytes(), context.eventLoop())
              .thenApply(done -> refuse(intake, refusal, headers)));
    }
    CompletableFuture<HttpResponse> response =
        BodyReader.read(request, limits.maxBodyBytes(), context.eventLoop())
            .thenComposeAsync(body -> intake.take(push, body), context.blockingTaskExecutor())
            .handle(
                (verdict, failure) ->
                    failure == null
                        ? respond(verdict.answer())
                        : refuse(intake, refusalOf(failure), headers))
            .whenComplete((answer, failure) -> push.lease().release());
    return HttpResponse.of(response);
  }

  private Intake intakeOf(RequestHeaders headers) {
    for (Intake intake : intakes) {
      if (intakes.size() == 1 || intake.protocol().recognises(headers)) {
        return intake;
      }
    }
    return intakes.get(intakes.size() - 1);
  }

  private Push open(ServiceRequestContext context, RequestHeaders headers, PushProtocol protocol)
      throws Refusal {
    String tenant = tenants.of(headers);
    Form form = protocol.accept(headers);
    long length = headers.contentLength();
    if (length > limits.maxBodyBytes()) {
      throw BodyReader.tooLarge(limits.maxBodyBytes());
    }
    Sender sender =
        new Sender(context.clientAddress(), headers.get(HttpHeaderNames.USER_AGENT, ""));
    return new Push(
        path, tenant, form, sender, inFlight.take(length < 0 ? limits.maxBodyBytes() : length));
  }

  private HttpResponse respond(Answer answer) {
    listener.answered(path, answer.status());
    ResponseHeadersBuilder headers = ResponseHeaders.builder(answer.status()).add(answer.headers());
    MediaType type = answer.type();
    if (type != null) {
      headers.contentType(type);
    }
    return HttpResponse.of(headers.build(), answer.content());
  }

  private Refusal refusalOf(Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof Refusal refusal) {
      return refusal;
    }
    LOG.error("A push to {} failed by a fault of the gateway's own", path, cause);
    return new Refusal(
        Refusal.Reason.INTERNAL,
        "the gateway failed on this push to " + path + "; its log says why, please report it",
        cause);
  }

  private HttpResponse refuse(Intake intake, Refusal refusal, RequestHeaders headers) {
    listener.refused(path, refusal.reason());
    LOG.debug("Refused a push to {}: {}", path, refusal.getMessage());
    Answer answer = intake.protocol().refuse(refusal, headers);
    Duration retryAfter = refusal.retryAfter();
    if (retryAfter != null) {
      // In whole seconds, by RFC 9110; rounded up, so that nobody comes too early.
      long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
      answer = answer.with(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds));
    }
    return respond(answer);
  }
}
