package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.RawRecord;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Is one way for agents to push: where, in what form, and to which topic. */
public interface PushProtocol {

  /** Returns the path that agents POST to. */
  String path();

  /** Returns the Kafka topic that the bodies go to. */
  String topic();

  /** Returns the encoding of what goes there, one of {@link dev.guanlan.model.Encoding}. */
  String encoding();

  /**
   * Checks a request's headers.
   *
   * @return how to undo what HTTP did to the body
   * @throws Refusal if the body is of no form that this protocol knows
   */
  Compression accept(RequestHeaders headers) throws Refusal;

  /** Makes a validator, for one thread at a time. */
  Validator newValidator(DecoderLimits limits);

  /** Says how the gateway undoes an HTTP content coding before the body is stored. */
  enum Compression {
    /** The body is stored as it came. */
    NONE,
    /** The body is stored without its gzip. */
    GZIP
  }

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
     * Checks one body by decoding it.
     *
     * @throws MalformedPayloadException if the jobs could not decode it either
     */
    Verdict validate(RawRecord raw, Sender sender) throws MalformedPayloadException;
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

  /**
   * Is what a sender gets for a push that was taken.
   *
   * @param status the HTTP status
   * @param type the content's type, or null without content
   * @param content the body
   */
  record Answer(int status, @Nullable MediaType type, HttpData content) {}
}
