package dev.guanlan.codec.cloudquery;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Undoes gzip, which a destination uses without saying so in a header. */
final class Gunzip {

  private static final int MAGIC_FIRST = 0x1F;
  private static final int MAGIC_SECOND = 0x8B;

  private Gunzip() {}

  /** Returns the payload, decompressed if it is gzip; no JSON begins like gzip. */
  static byte[] ifGzip(byte[] payload, DecoderLimits limits) throws MalformedPayloadException {
    int atMost = limits.maxDecompressedBytes();
    byte[] plain = isGzip(payload) ? decompress(payload, atMost) : payload;
    if (plain.length > atMost) {
      throw new PayloadTooLargeException(
          "the payload has more than %d bytes, which is %s; lower the destination's batch_size"
              .formatted(atMost, limits.decompressedBytesName()));
    }
    return plain;
  }

  private static boolean isGzip(byte[] payload) {
    return payload.length > 2
        && (payload[0] & 0xFF) == MAGIC_FIRST
        && (payload[1] & 0xFF) == MAGIC_SECOND;
  }

  private static byte[] decompress(byte[] payload, int atMost) throws MalformedPayloadException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(payload))) {
      return in.readNBytes(atMost == Integer.MAX_VALUE ? atMost : atMost + 1);
    } catch (IOException e) {
      throw new MalformedPayloadException(
          "the payload begins like gzip but is none; check what wrote it", e);
    }
  }
}
