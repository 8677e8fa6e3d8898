package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.RawRecord;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is one way for agents to push: where, in what form, and to which topic.
 *
 * <p>Several protocols may share a path. There the first that {@linkplain #recognises recognises} a
 * request's headers has it; if none does, the last one says what the path takes.
 */
public interface PushProtocol {

  /**
   * Returns the paths that agents POST to, as Armeria writes patterns: {@code /v1/logs}, {@code
   * /import/{type}}. The metrics are labelled by them.
   */
  List<String> paths();

  /** Returns whether a request is of this protocol. Is asked only on paths that several share. */
  default boolean recognises(RequestHeaders headers) {
    return true;
  }

  /**
   * Looks at a request's headers.
   *
   * @throws Refusal if the body is of no form that this protocol knows
   */
  Form accept(RequestHeaders headers) throws Refusal;

  /** Makes a validator, for one thread at a time. It serves every form of the protocol. */
  Validator newValidator(DecoderLimits limits);

  /**
   * Returns how a push is refused. The status must be the refusal's; the endpoint adds {@code
   * Retry-After} and {@code WWW-Authenticate} where they belong.
   */
  default Answer refuse(Refusal refusal, RequestHeaders headers) {
    return Answer.refusal(refusal);
  }

  /**
   * Says what becomes of a body.
   *
   * @param topic the Kafka topic that it goes to
   * @param encoding what is stored there, one of {@link dev.guanlan.model.Encoding}
   * @param compression how to undo what HTTP did to it before it is stored
   */
  record Form(String topic, String encoding, Compression compression) {}

  /**
   * Is who sent a push.
   *
   * @param address the address it came from
   * @param userAgent what the sender calls itself; empty if it does not say
   */
  record Sender(InetAddress address, String userAgent) {}

  /** Checks bodies before they are stored. */
  @FunctionalInterface
  interface Validator {

    /**
     * Checks one body by decoding it, and shows the inspection every block that it decodes to.
     *
     * @param raw the body; its encoding is that of the {@link Form} it was accepted as
     * @throws MalformedPayloadException if the jobs could not decode it either
     * @throws Refusal if a block is beyond its tenant's limits, which the inspection says
     */
    Verdict validate(RawRecord raw, Sender sender, Inspection inspection)
        throws MalformedPayloadException, Refusal;
  }

  /**
   * Is what a body was found to be.
   *
   * @param key the record's key on Kafka, or null for any partition
   * @param answer how to answer once it is on Kafka
   * @param untranslatable how many of its parts nothing understands yet; stored all the same
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Verdict(byte @Nullable [] key, Answer answer, long untranslatable) {}
}
