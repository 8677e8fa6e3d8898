package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.guanlan.gateway.push.PushProtocol.Form;
import java.time.Duration;
import java.util.List;

/** Serves one path over HTTP. */
public final class PushEndpoint implements HttpService {

  private static final String CHALLENGES = "Bearer realm=\"guanlan\", Basic realm=\"guanlan\"";

  private final String path;
  private final List<Intake> intakes;
  private final Door door;
  private final PushListener listener;

  /**
   * Makes an endpoint.
   *
   * @param path where it is, as it is registered
   * @param intakes the protocols that share the path, the one to ask first in front; not empty
   */
  public PushEndpoint(String path, List<Intake> intakes, Door door, PushListener listener) {
    this.path = path;
    this.intakes = List.copyOf(intakes);
    this.door = door;
    this.listener = listener;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    RequestHeaders headers = request.headers();
    return door.serve(context, request, new OverHttp(headers, intakeOf(headers)));
  }

  private Intake intakeOf(RequestHeaders headers) {
    for (Intake intake : intakes) {
      if (intakes.size() == 1 || intake.protocol().recognises(headers)) {
        return intake;
      }
    }
    return intakes.get(intakes.size() - 1);
  }

  private final class OverHttp implements Exchange {
    private final RequestHeaders headers;
    private final Intake intake;

    OverHttp(RequestHeaders headers, Intake intake) {
      this.headers = headers;
      this.intake = intake;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public Intake intake() {
      return intake;
    }

    @Override
    public Form form() throws Refusal {
      return intake.protocol().accept(headers);
    }

    @Override
    public String timeLimit() {
      return "--request-timeout of the gateway";
    }

    @Override
    public int wrappingBytes() {
      return 0;
    }

    @Override
    public Content unwrap(Form form, byte[] body) {
      return new Content(body, form.compression());
    }

    @Override
    public HttpResponse accept(Answer answer) {
      listener.answered(path, answer.status());
      return respond(answer);
    }

    @Override
    public HttpResponse refuse(Refusal refusal) {
      return accept(complete(intake.protocol().refuse(refusal, headers), refusal));
    }
  }

  /** Adds the headers that HTTP wants with a refusal, whatever the protocol. */
  public static Answer complete(Answer answer, Refusal refusal) {
    Duration retryAfter = refusal.retryAfter();
    if (retryAfter != null) {
      // In whole seconds, by RFC 9110; rounded up, so that nobody comes too early.
      long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
      return answer.with(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds));
    }
    return refusal.reason() == Refusal.Reason.UNAUTHENTICATED
        ? answer.with(HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGES)
        : answer;
  }

  /** Makes the response that an answer is. */
  public static HttpResponse respond(Answer answer) {
    ResponseHeadersBuilder response =
        ResponseHeaders.builder(answer.status()).add(answer.headers());
    MediaType type = answer.type();
    if (type != null) {
      response.contentType(type);
    }
    return HttpResponse.of(response.build(), answer.content());
  }
}
