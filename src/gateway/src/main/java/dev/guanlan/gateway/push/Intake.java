package dev.guanlan.gateway.push;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.gateway.push.PushProtocol.Validator;
import dev.guanlan.gateway.push.PushProtocol.Verdict;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * Takes the bodies of one protocol, on whatever path and transport they came: undoes their
 * compression, has them decoded to throw the result away (what the jobs could not read must not get
 * an acknowledgement), and puts them on Kafka.
 */
public final class Intake {

  private final PushProtocol protocol;
  private final DecoderLimits decoderLimits;
  private final RecordSink sink;
  private final PushListener listener;
  private final Clock clock;
  // As many as there are workers at most; made when first needed, because they keep caches. The one
  // used last is used next, so that as few as will do come to know all series.
  private final LinkedBlockingDeque<Validator> idleValidators;

  /** Makes the intake of one protocol. */
  public Intake(
      PushProtocol protocol,
      PushLimits limits,
      RecordSink sink,
      PushListener listener,
      Clock clock) {
    this.protocol = protocol;
    SizeLimit decompressed = new Unlimited(limits).decompressed();
    this.decoderLimits =
        DecoderLimits.DEFAULTS
            .withMaxDecompressedBytes(decompressed.bytes(), decompressed.name())
            .withMaxDecodedBytes(limits.maxDecodedBytes(), "--max-decoded-bytes of the gateway");
    this.sink = sink;
    this.listener = listener;
    this.clock = clock;
    this.idleValidators = new LinkedBlockingDeque<>(limits.workers());
  }

  PushProtocol protocol() {
    return protocol;
  }

  /**
   * Takes one body. Decodes on the calling thread, and may block for a moment.
   *
   * @return completes once Kafka has the body, exceptionally with a {@link Refusal} if it has not
   */
  CompletableFuture<Verdict> take(Push push, Exchange.Content content) {
    try {
      push.refuseIfOver();
      byte[] sent = content.bytes();
      listener.received(push.path(), sent.length);
      CountingInspection inspection = new CountingInspection(push.quota().admit(sent.length));
      byte[] body =
          content.compression().decompress(sent, push.quota().decompressed(), push.lease()::resize);
      push.lease().resize(body == sent ? body.length : (long) body.length + sent.length);
      RawRecord raw =
          new RawRecord(
              push.tenant(), push.form().encoding(), clock.millis(), null, body, Origin.NONE);
      Verdict verdict = validate(raw, push, inspection);
      push.refuseIfOver();
      String topic = push.form().topic();
      long handedOver = System.nanoTime();
      return sink.put(topic, verdict.key(), raw)
          .thenApply(
              done -> {
                Duration waited = Duration.ofNanos(System.nanoTime() - handedOver);
                listener.acknowledged(
                    push.path(), topic, waited, inspection.items(), verdict.untranslatable());
                return verdict;
              });
    } catch (Refusal refusal) {
      return CompletableFuture.failedFuture(refusal);
    }
  }

  private Verdict validate(RawRecord raw, Push push, Inspection inspection) throws Refusal {
    Validator validator = idleValidators.pollFirst();
    if (validator == null) {
      validator = protocol.newValidator(decoderLimits);
    }
    try {
      return validator.validate(raw, push.sender(), inspection);
    } catch (PayloadTooLargeException e) {
      throw new Refusal(Refusal.Reason.TOO_LARGE, e.getMessage(), e);
    } catch (MalformedPayloadException e) {
      throw new Refusal(Refusal.Reason.MALFORMED, e.getMessage(), e);
    } finally {
      idleValidators.offerFirst(validator);
    }
  }
}
