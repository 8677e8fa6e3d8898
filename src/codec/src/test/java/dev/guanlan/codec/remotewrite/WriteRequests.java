package dev.guanlan.codec.remotewrite;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.xerial.snappy.Snappy;

/** Writes WriteRequest messages with protobuf's own output stream, valid or not. */
final class WriteRequests {

  interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private WriteRequests() {}

  static byte[] message(Fields fields) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] snappy(byte[] bytes) {
    try {
      return Snappy.compress(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] request(Fields... series) {
    return snappy(
        message(
            out -> {
              for (Fields one : series) {
                out.writeByteArray(1, message(one));
              }
            }));
  }

  static void label(CodedOutputStream out, String name, String value) throws IOException {
    label(out, name.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
  }

  static void label(CodedOutputStream out, byte[] name, byte[] value) throws IOException {
    out.writeByteArray(
        1,
        message(
            label -> {
              label.writeByteArray(1, name);
              label.writeByteArray(2, value);
            }));
  }

  static void sample(CodedOutputStream out, double value, long timestamp) throws IOException {
    out.writeByteArray(
        2,
        message(
            sample -> {
              sample.writeFixed64(1, Double.doubleToRawLongBits(value));
              sample.writeInt64(2, timestamp);
            }));
  }
}
