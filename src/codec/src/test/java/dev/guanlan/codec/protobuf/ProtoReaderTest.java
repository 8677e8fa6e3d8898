package dev.guanlan.codec.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.guanlan.codec.MalformedPayloadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProtoReaderTest {

  private static ProtoReader reader(int... bytes) {
    byte[] payload = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      payload[i] = (byte) bytes[i];
    }
    ProtoReader reader = new ProtoReader();
    reader.reset(payload, 0, payload.length);
    return reader;
  }

  @Property
  void readsEveryVarintThatProtobufWrites(@ForAll long value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeUInt64NoTag(value);
    out.flush();
    ProtoReader reader = new ProtoReader();
    reader.reset(bytes.toByteArray(), 0, bytes.size());

    assertThat(reader.varint()).isEqualTo(value);
    assertThat(reader.hasMore()).isFalse();
    assertThat(ProtoWriter.varintSize(value)).isEqualTo(bytes.size());
  }

  @Property
  void writesEveryVarintAsProtobufDoes(@ForAll long value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeUInt64NoTag(value);
    out.flush();
    ProtoWriter writer = new ProtoWriter();
    writer.varint(value);

    assertThat(java.util.Arrays.copyOf(writer.bytes(), writer.length()))
        .isEqualTo(bytes.toByteArray());
  }

  @Test
  void refusesAVarintThatNeverEnds() {
    ProtoReader reader =
        reader(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1);
    assertThatThrownBy(reader::varint)
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("more than ten bytes at byte 0");
  }

  @Test
  void refusesALengthBeyondTheMessageItIsIn() throws Exception {
    ProtoReader reader = reader(0x0A, 3, 0x0A, 5, 1, 9, 9, 9, 9, 9);
    reader.tag();
    reader.enter();
    reader.tag();
    assertThatThrownBy(reader::length)
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("claims 5 bytes where 1 are left at byte 3");
  }

  @Test
  void refusesGroupsAndFieldNumberZero() throws Exception {
    ProtoReader group = reader(0x0B, 0x0C);
    int tag = group.tag();
    assertThatThrownBy(() -> group.skip(tag))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("unsupported wire type 3");
    assertThatThrownBy(reader(0x02, 0x00)::tag)
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("impossible tag 2");
  }

  @Test
  void keepsAReplacementCharacterThatTheSenderWrote() throws Exception {
    assertThat(reader(3, 0xEF, 0xBF, 0xBD).text("it")).isEqualTo("\uFFFD");
  }

  @Test
  void refusesOverlongAndSurrogateUtf8() {
    assertThatThrownBy(() -> reader(2, 0xC0, 0x80).text("the name"))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessage("the name is not valid UTF-8: \"\\xc0\\x80\"; correct it at the sender");
    assertThatThrownBy(() -> reader(3, 0xED, 0xA0, 0x80).text("it"))
        .isInstanceOf(MalformedPayloadException.class);
  }

  @Test
  void givesTheSameStringForRepeatedShortText() throws Exception {
    ProtoReader reader = reader(2, 'u', 'p', 2, 'u', 'p');
    assertThat(reader.text("it")).isSameAs(reader.text("it")).isEqualTo("up");
  }
}
