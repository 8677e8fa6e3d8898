package dev.guanlan.gateway.push;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Undoes an HTTP content coding before a body is stored, without ever holding more than allowed.
 */
public enum Compression {

  /** Has the body stored as it came. */
  NONE {
    @Override
    InputStream open(InputStream compressed) {
      return compressed;
    }
  },

  /** Has the body stored without its gzip (RFC 1952). */
  GZIP {
    @Override
    InputStream open(InputStream compressed) throws IOException {
      return new GZIPInputStream(compressed, CHUNK);
    }
  },

  /** Has the body stored without its Zstandard (RFC 8878). */
  ZSTD {
    @Override
    InputStream open(InputStream compressed) throws IOException {
      ZstdInputStream in = new ZstdInputStream(compressed);
      in.setLongMax(MAX_ZSTD_WINDOW_LOG);
      return in;
    }
  };

  private static final int CHUNK = 16 << 10;

  /** RFC 8878 has decoders support windows of 8 MiB, and senders use none that are larger. */
  private static final int MAX_ZSTD_WINDOW_LOG = 23;

  abstract InputStream open(InputStream compressed) throws IOException;

  /**
   * Decompresses a body.
   *
   * @param maxBytes the most bytes that it may decompress to
   * @throws Refusal if it is more, or not so compressed
   */
  byte[] decompress(byte[] compressed, int maxBytes) throws Refusal {
    if (this == NONE) {
      return compressed;
    }
    // A bomb is small and opens wide: room grows with what comes out, not with what may.
    ByteArrayOutputStream decompressed =
        new ByteArrayOutputStream((int) Math.min(maxBytes, 4L * compressed.length + CHUNK));
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = open(new ByteArrayInputStream(compressed))) {
      if (compressed.length == 0) {
        throw new EOFException("no bytes are no frame");
      }
      int count;
      while ((count = in.read(chunk)) >= 0) {
        if (decompressed.size() + count > maxBytes) {
          throw new Refusal(
              Refusal.Reason.TOO_LARGE,
              "the "
                  + codingName()
                  + " body of "
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
              + " bytes is not the "
              + codingName()
              + " that its Content-Encoding says; send "
              + codingName()
              + ", or no Content-Encoding",
          e);
    }
    return decompressed.toByteArray();
  }

  private String codingName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
