package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.gateway.push.PushProtocol.Form;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;

/**
 * Serves one unary method of a gRPC service. The message's bytes are never parsed into objects and
 * written again: what goes to Kafka is what the agent sent.
 *
 * <p>Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md; how OTLP answers:
 * https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
 */
public final class GrpcEndpoint implements HttpService {

  private static final MediaType GRPC_PROTO = MediaType.create("application", "grpc+proto");
  private static final String ENCODING = "grpc-encoding";
  private static final String ACCEPTED_ENCODINGS = "grpc-accept-encoding";
  private static final String TIMEOUT = "grpc-timeout";
  private static final String STATUS = "grpc-status";
  private static final String MESSAGE = "grpc-message";
  private static final String DETAILS = "grpc-status-details-bin";

  private final GrpcProtocol protocol;
  private final Intake intake;
  private final Door door;
  private final PushListener listener;

  /**
   * Makes an endpoint.
   *
   * @param intake takes the messages of {@code protocol}
   */
  public GrpcEndpoint(GrpcProtocol protocol, Intake intake, Door door, PushListener listener) {
    this.protocol = protocol;
    this.intake = intake;
    this.door = door;
    this.listener = listener;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    RequestHeaders headers = request.headers();
    MediaType type = headers.contentType();
    if (type == null
        || !type.type().equals("application")
        || !(type.subtype().equals("grpc") || type.subtype().equals("grpc+proto"))) {
      return HttpResponse.of(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          MediaType.PLAIN_TEXT_UTF_8,
          "this path takes the Content-Type application/grpc only; send OTLP over HTTP to"
              + " /v1/metrics, /v1/logs and /v1/traces\n");
    }
    Duration deadline = GrpcTimeout.parse(headers.get(TIMEOUT, ""));
    boolean sooner = deadline != null && deadline.toMillis() < context.requestTimeoutMillis();
    if (deadline != null && sooner) {
      context.setRequestTimeout(deadline);
    }
    return door.serve(
        context,
        request,
        new OverGrpc(
            headers, sooner ? "grpc-timeout of the call" : "--request-timeout of the gateway"));
  }

  private final class OverGrpc implements Exchange {
    private final RequestHeaders headers;
    private final String timeLimit;

    OverGrpc(RequestHeaders headers, String timeLimit) {
      this.headers = headers;
      this.timeLimit = timeLimit;
    }

    @Override
    public String path() {
      return protocol.grpcPath();
    }

    @Override
    public Intake intake() {
      return intake;
    }

    @Override
    public Form form() throws Refusal {
      String encoding = headers.get(ENCODING, "identity");
      return protocol.grpcForm(
          switch (encoding.toLowerCase(Locale.ROOT)) {
            case "identity" -> Compression.NONE;
            case "gzip" -> Compression.GZIP;
            case "zstd" -> Compression.ZSTD;
            default ->
                throw new Refusal(
                    Refusal.Reason.UNSUPPORTED,
                    "this method does not take the grpc-encoding "
                        + Excerpt.of(encoding)
                        + "; compress with gzip or zstd, or not at all");
          });
    }

    @Override
    public String timeLimit() {
      return timeLimit;
    }

    @Override
    public int wrappingBytes() {
      return GrpcFrame.PREFIX_BYTES;
    }

    @Override
    public Content unwrap(Form form, byte[] body) throws Refusal {
      return GrpcFrame.unwrap(body, form.compression());
    }

    @Override
    public HttpResponse accept(Answer answer) {
      listener.answered(path(), answer.status());
      return HttpResponse.of(
          ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, GRPC_PROTO),
          HttpData.wrap(GrpcFrame.wrap(answer.content().array())),
          HttpHeaders.of(STATUS, "0"));
    }

    @Override
    public HttpResponse refuse(Refusal refusal) {
      listener.answered(path(), refusal.reason().status());
      RpcStatus status = RpcStatus.of(refusal);
      HttpHeadersBuilder trailers =
          HttpHeaders.builder()
              .add(STATUS, Integer.toString(status.code()))
              .add(MESSAGE, percentEncoded(status.message()))
              .add(DETAILS, Base64.getEncoder().withoutPadding().encodeToString(status.encode()));
      if (refusal.reason() == Refusal.Reason.UNSUPPORTED) {
        trailers.add(ACCEPTED_ENCODINGS, "identity,gzip,zstd");
      }
      // Headers alone, which then are the trailers too.
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.OK)
              .contentType(GRPC_PROTO)
              .add(trailers.build())
              .endOfStream(true)
              .build());
    }
  }

  /** Writes a text as the header grpc-message has it: everything but printable ASCII escaped. */
  private static String percentEncoded(String text) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte part : text.getBytes(StandardCharsets.UTF_8)) {
      if (part >= ' ' && part <= '~' && part != '%') {
        encoded.append((char) part);
      } else {
        encoded.append(String.format("%%%02X", part & 0xFF));
      }
    }
    return encoded.toString();
  }
}
