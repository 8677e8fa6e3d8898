package dev.guanlan.gateway.push;

import com.github.luben.zstd.ZstdInputStream;
import dev.guanlan.codec.snappy.SnappyBlock;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
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
  },

  /** Has the body stored with its snappy, in block format, which its protocol demands. */
  SNAPPY {
    @Override
    InputStream open(InputStream compressed) {
      return compressed;
    }
  };

  private static final int CHUNK = 16 << 10;

  /** RFC 8878 has decoders support windows of 8 MiB, and senders use none that are larger. */
  private static final int MAX_ZSTD_WINDOW_LOG = 23;

  abstract InputStream open(InputStream compressed) throws IOException;

  /** Gives memory, or refuses. */
  @FunctionalInterface
  interface Memory {

    /** Asks for so many bytes in all, those given before included. */
    void need(long bytes) throws Refusal;
  }

  /**
   * Decompresses a body, if it is stored without its compression.
   *
   * @param limit how much it may decompress to
   * @param memory is asked before memory is taken, for the body as sent too
   * @throws Refusal if it is more, or not so compressed, or there is no memory
   */
  byte[] decompress(byte[] compressed, SizeLimit limit, Memory memory) throws Refusal {
    int maxBytes = limit.bytes();
    if (this == SNAPPY && SnappyBlock.lengthOf(compressed) > maxBytes) {
      throw tooLarge(compressed.length, limit);
    }
    if (this == NONE || this == SNAPPY) {
      return compressed;
    }
    // A bomb is small and opens wide: room grows with what comes out, not with what may.
    byte[] room = new byte[Math.min(maxBytes, CHUNK)];
    int size = 0;
    try (InputStream in = open(new ByteArrayInputStream(compressed))) {
      if (compressed.length == 0) {
        throw new EOFException("no bytes are no frame");
      }
      int count = 0;
      while (count >= 0) {
        size += count;
        if (size == room.length) {
          if (size == maxBytes) {
            if (in.read() >= 0) {
              throw tooLarge(compressed.length, limit);
            }
            break;
          }
          int longer = (int) Math.min(maxBytes, 2L * room.length);
          // Twice, because the shorter one is still there, and in the end a copy of the right size.
          memory.need(compressed.length + 2L * longer);
          room = Arrays.copyOf(room, longer);
        }
        count = in.read(room, size, room.length - size);
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
    return size == room.length ? room : Arrays.copyOf(room, size);
  }

  private Refusal tooLarge(int compressedBytes, SizeLimit limit) {
    return limit.refusal(
        "the " + codingName() + " body of " + compressedBytes + " bytes decompresses to more");
  }

  private String codingName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
