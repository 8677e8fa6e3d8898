package dev.guanlan.codec.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import java.io.IOException;

/**
 * Opens JSON payloads for reading. Keeps buffers and the names it has met from one payload to the
 * next, so it belongs to one thread at a time.
 */
public final class JsonSource {

  /** No double needs more digits than this; Jackson would otherwise read on for a thousand. */
  private static final int MAX_NUMBER_LENGTH = 400;

  private final JsonFactory factory;
  private final DecoderLimits limits;

  /**
   * Makes a source.
   *
   * @param maxDepth how deep objects and lists may nest
   */
  public JsonSource(DecoderLimits limits, int maxDepth) {
    this.limits = limits;
    int maxBytes = limits.maxDecompressedBytes();
    factory =
        new JsonFactoryBuilder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(Math.max(256, limits.maxLabelNameBytes()))
                    .maxStringLength(maxBytes)
                    .maxDocumentLength(maxBytes)
                    .build())
            // Of its own and not the thread's: a job that ends must leave nothing with the thread.
            .recyclerPool(JsonRecyclerPools.newBoundedPool(1))
            .build();
  }

  /**
   * Opens a payload.
   *
   * @throws PayloadTooLargeException if it is longer than the limits allow
   */
  public JsonReader open(byte[] payload) throws MalformedPayloadException {
    limits.checkLength("the request has", payload.length, "send smaller batches");
    try {
      return new JsonReader(factory.createParser(payload));
    } catch (IOException e) {
      throw new MalformedPayloadException(
          "the payload of "
              + payload.length
              + " bytes does not begin as JSON in UTF-8 does; check what the sender sends",
          e);
    }
  }
}
