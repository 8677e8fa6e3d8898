package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpData;
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
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.gateway.push.PushProtocol.Answer;
import dev.guanlan.gateway.push.PushProtocol.Compression;
import dev.guanlan.gateway.push.PushProtocol.Sender;
import dev.guanlan.gateway.push.PushProtocol.Validator;
import dev.guanlan.gateway.push.PushProtocol.Verdict;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one protocol. A push goes this way:
 *
 * <ol>
 *   <li>its headers are looked at and its length taken from the bytes in flight, on the event loop;
 *   <li>its body is collected, never more than allowed;
 *   <li>a worker undoes gzip and has the body decoded, to throw the result away: what the jobs
 *       could not read must not get an acknowledgement;
 *   <li>the body goes to Kafka, and when Kafka has acknowledged it the sender gets its answer.
 * </ol>
 */
public final class PushEndpoint implements HttpService {

  private static final Logger LOG = LoggerFactory.getLogger(PushEndpoint.class);
  private static final int RETRY_AFTER_SECONDS = 5;

  private final PushProtocol protocol;
  private final PushLimits limits;
  private final Tenants tenants;
  private final InFlightBytes inFlight;
  private final RecordSink sink;
  private final PushListener listener;
  private final Clock clock;
  private final DecoderLimits decoderLimits;
  // As many as there are workers at most; made when first needed, because they keep caches.
  private final ArrayBlockingQueue<Validator> idleValidators;

  /** Makes an endpoint. */
  public PushEndpoint(
      PushProtocol protocol,
      PushLimits limits,
      boolean tenancy,
      InFlightBytes inFlight,
      RecordSink sink,
      PushListener listener,
      Clock clock) {
    this.protocol = protocol;
    this.limits = limits;
    this.tenants = new Tenants(tenancy);
    this.inFlight = inFlight;
    this.sink = sink;
    this.listener = listener;
    this.clock = clock;
    this.decoderLimits =
        DecoderLimits.DEFAULTS.withMaxDecompressedBytes(limits.maxDecompressedBytes());
    this.idleValidators = new ArrayBlockingQueue<>(limits.workers());
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    RequestHeaders headers = request.headers();
    Push push;
    try {
      push = open(context, headers);
    } catch (Refusal refusal) {
      return HttpResponse.of(
          BodyReader.passOver(request, limits.maxBodyBytes(), context.eventLoop())
              .thenApply(done -> refuse(refusal)));
    }
    CompletableFuture<HttpResponse> answer =
        BodyReader.read(request, limits.maxBodyBytes(), context.eventLoop())
            .thenComposeAsync(body -> take(push, body), context.blockingTaskExecutor())
            .handle((verdict, failure) -> failure == null ? accept(verdict) : fail(failure))
            .whenComplete((response, failure) -> push.lease.release());
    return HttpResponse.of(answer);
  }

  private record Push(
      String tenant, Compression compression, Sender sender, InFlightBytes.Lease lease) {}

  private Push open(ServiceRequestContext context, RequestHeaders headers) throws Refusal {
    String tenant = tenants.of(headers);
    Compression compression = protocol.accept(headers);
    long length = headers.contentLength();
    if (length > limits.maxBodyBytes()) {
      throw BodyReader.tooLarge(limits.maxBodyBytes());
    }
    String userAgent = headers.get(HttpHeaderNames.USER_AGENT, "");
    return new Push(
        tenant,
        compression,
        new Sender(context.clientAddress(), userAgent),
        inFlight.take(length < 0 ? limits.maxBodyBytes() : length));
  }

  private CompletableFuture<Verdict> take(Push push, byte[] sent) {
    try {
      byte[] body = sent;
      listener.received(protocol, body.length);
      if (push.compression == Compression.GZIP) {
        body = Gzip.decompress(body, limits.maxDecompressedBytes());
      }
      push.lease.resize(body.length);
      RawRecord raw =
          new RawRecord(push.tenant, protocol.encoding(), clock.millis(), null, body, Origin.NONE);
      Verdict verdict = validate(raw, push.sender);
      long handedOver = System.nanoTime();
      return sink.put(protocol.topic(), verdict.key(), raw)
          .thenApply(
              done -> {
                Duration waited = Duration.ofNanos(System.nanoTime() - handedOver);
                listener.acknowledged(protocol, waited, verdict.untranslatable());
                return verdict;
              });
    } catch (Refusal refusal) {
      return CompletableFuture.failedFuture(refusal);
    }
  }

  private Verdict validate(RawRecord raw, Sender sender) throws Refusal {
    Validator validator = idleValidators.poll();
    if (validator == null) {
      validator = protocol.newValidator(decoderLimits);
    }
    try {
      return validator.validate(raw, sender);
    } catch (PayloadTooLargeException e) {
      throw new Refusal(Refusal.Reason.TOO_LARGE, e.getMessage(), e);
    } catch (MalformedPayloadException e) {
      throw new Refusal(Refusal.Reason.MALFORMED, e.getMessage(), e);
    } finally {
      idleValidators.offer(validator);
    }
  }

  private HttpResponse accept(Verdict verdict) {
    Answer answer = verdict.answer();
    listener.answered(protocol, answer.status());
    ResponseHeadersBuilder headers = ResponseHeaders.builder(answer.status());
    MediaType type = answer.type();
    if (type != null) {
      headers.contentType(type);
    }
    return HttpResponse.of(headers.build(), answer.content());
  }

  private HttpResponse fail(Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof Refusal refusal) {
      return refuse(refusal);
    }
    LOG.error("A push to {} failed by a fault of the gateway's own", protocol.path(), cause);
    return refuse(
        new Refusal(
            Refusal.Reason.INTERNAL,
            "the gateway failed on this push to "
                + protocol.path()
                + "; its log says why, please report it"));
  }

  private HttpResponse refuse(Refusal refusal) {
    int status = refusal.reason().status();
    listener.refused(protocol, refusal.reason());
    listener.answered(protocol, status);
    LOG.debug("Refused a push to {}: {}", protocol.path(), refusal.getMessage());
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(status).contentType(MediaType.PLAIN_TEXT_UTF_8);
    if (refusal.passes()) {
      headers.add(HttpHeaderNames.RETRY_AFTER, Integer.toString(RETRY_AFTER_SECONDS));
    }
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(refusal.getMessage() + "\n"));
  }
}
