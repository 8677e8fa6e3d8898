package dev.guanlan.codec.loki;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.codec.protobuf.ProtoWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.xerial.snappy.Snappy;

/** Writes pushes in protobuf, field by field as push.proto numbers them. */
public final class LokiPushes {

  /** Is a line as an agent has it. */
  public record Line(long nanos, String line, Map<String, String> metadata) {}

  private LokiPushes() {}

  /** Writes a stream, its labels before or behind its lines. */
  public static byte[] stream(String labels, boolean labelsFirst, List<Line> lines) {
    ProtoWriter out = new ProtoWriter();
    int stream = out.open(1 << 3 | 2);
    if (labelsFirst) {
      text(out, 1, labels);
    }
    for (Line line : lines) {
      int entry = out.open(2 << 3 | 2);
      int time = out.open(1 << 3 | 2);
      out.varint(1 << 3);
      out.varint(line.nanos / 1_000_000_000);
      out.varint(2 << 3);
      out.varint(line.nanos % 1_000_000_000);
      out.close(time);
      text(out, 2, line.line);
      line.metadata.forEach(
          (name, value) -> {
            int pair = out.open(3 << 3 | 2);
            text(out, 1, name);
            text(out, 2, value);
            out.close(pair);
          });
      out.close(entry);
    }
    if (!labelsFirst) {
      text(out, 1, labels);
    }
    out.varint(3 << 3); // The hash, which nobody here needs.
    out.varint(-1);
    out.close(stream);
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static void text(ProtoWriter out, int field, String text) {
    out.field(field << 3 | 2, text.getBytes(UTF_8));
  }

  /** Compresses as the protocol does. */
  public static byte[] snappy(byte[] message) {
    try {
      return Snappy.compress(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
