package dev.guanlan.codec;

import dev.guanlan.model.RawRecord;

/**
 * Decodes raw records of one encoding. An instance keeps buffers and caches from one record to the
 * next, so it belongs to one thread at a time.
 *
 * @param <B> what a record decodes to
 */
@FunctionalInterface
public interface Decoder<B> {

  /**
   * Decodes one record.
   *
   * @throws MalformedPayloadException if the payload is not what its encoding says, or would cost
   *     more than the decoder's limits allow
   */
  B decode(RawRecord raw) throws MalformedPayloadException;

  /**
   * Returns how many entries the record decoded last had that are valid and still have no place in
   * a block. Most decoders know none such.
   */
  default long unsupported() {
    return 0;
  }
}
