package dev.guanlan.gateway.push;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Undoes gzip without ever holding more than allowed. */
final class Gzip {

  private static final int CHUNK = 16 << 10;

  private Gzip() {}

  static byte[] decompress(byte[] compressed, int maxBytes) throws Refusal {
    ByteArrayOutputStream decompressed =
        new ByteArrayOutputStream(Math.min(maxBytes, Math.max(CHUNK, 4 * compressed.length)));
    byte[] chunk = new byte[CHUNK];
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed), CHUNK)) {
      int count;
      while ((count = in.read(chunk)) >= 0) {
        if (decompressed.size() + count > maxBytes) {
          throw new Refusal(
              Refusal.Reason.TOO_LARGE,
              "the gzip body of "
                  + compressed.length
                  + " bytes decompresses to more than "
                  + maxBytes
                  + " bytes, which is the limit; send smaller batches");
        }
        decompressed.write(chunk, 0, count);
      }
    } catch (IOException e) {
      throw new Refusal(
          Refusal.Reason.MALFORMED,
          "the body of "
              + compressed.length
              + " bytes is not the gzip that its Content-Encoding says; send gzip, or no"
              + " Content-Encoding",
          e);
    }
    return decompressed.toByteArray();
  }
}
