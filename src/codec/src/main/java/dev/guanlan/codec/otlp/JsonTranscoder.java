package dev.guanlan.codec.otlp;

import com.fasterxml.jackson.core.JsonToken;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.json.JsonReader;
import dev.guanlan.codec.json.JsonSource;
import dev.guanlan.codec.otlp.MessageType.Field;
import dev.guanlan.codec.otlp.MessageType.Kind;
import dev.guanlan.codec.protobuf.ProtoWriter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Writes JSON requests as protobuf, token by token, so that the decoders of protobuf remain the
 * only ones that know what OTLP means. For one thread at a time.
 *
 * <p>Takes protobuf's JSON mapping with what OTLP changes in it: ids in hexadecimal digits, enums
 * as numbers. Takes names of enums too, the names of fields as in the {@code .proto} files, and
 * 64-bit numbers with and without quotes. Passes over fields that it does not know, and null.
 *
 * <p>Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
final class JsonTranscoder {

  /** A list in a list of values nests three levels of JSON, a map in a map four. */
  private static final int LEVELS_A_VALUE = 4;

  /** How deep the values of attributes begin, with room to spare. */
  private static final int LEVELS_OF_REQUEST = 32;

  private final MessageType type;
  private final DecoderLimits limits;
  private final JsonSource source;
  private final ProtoWriter out = new ProtoWriter();

  JsonTranscoder(OtlpRequest request, DecoderLimits limits) {
    this.type = OtlpMessages.of(request);
    this.limits = limits;
    this.source = new JsonSource(limits, LEVELS_OF_REQUEST + LEVELS_A_VALUE * limits.maxDepth());
  }

  /** Returns the request as protobuf. */
  byte[] transcode(byte[] json) throws MalformedPayloadException {
    out.reset();
    try (JsonReader in = source.open(json)) {
      in.next();
      in.expectObject("a request");
      message(in, type);
      in.end();
    }
    return Arrays.copyOf(out.bytes(), out.length());
  }

  /** Writes the fields of the object whose begin is the current token. Ends at the object's end. */
  private void message(JsonReader in, MessageType message) throws MalformedPayloadException {
    while (in.nextField()) {
      Field field = message.field(in.name());
      JsonToken token = in.next();
      if (field == null || token == JsonToken.VALUE_NULL) {
        in.skip();
      } else if (field.repeated()) {
        list(in, field);
      } else {
        single(in, field);
      }
      checkSize();
    }
  }

  private void list(JsonReader in, Field field) throws MalformedPayloadException {
    in.expectArray(field.name());
    boolean packed = field.kind().isPacked();
    int start = packed ? out.open(field.packedTag()) : 0;
    while (in.nextElement()) {
      if (packed) {
        number(in, field);
      } else {
        single(in, field);
      }
      checkSize();
    }
    if (packed) {
      out.close(start);
    }
  }

  private void checkSize() throws PayloadTooLargeException {
    limits.checkLength("the request as protobuf has", out.length(), "send smaller batches");
  }

  /** Writes one value with its tag. */
  private void single(JsonReader in, Field field) throws MalformedPayloadException {
    if (field.kind().isPacked()) {
      out.varint(field.tag());
      number(in, field);
      return;
    }
    int start = out.open(field.tag());
    if (field.message() != null) {
      in.expectObject(field.name());
      message(in, field.message());
    } else if (field.kind() == Kind.STRING) {
      out.utf8(in.text(field.name()));
    } else {
      out.raw(field.kind() == Kind.ID ? id(in, field) : base64(in, field));
    }
    out.close(start);
  }

  private void number(JsonReader in, Field field) throws MalformedPayloadException {
    String name = field.name();
    switch (field.kind()) {
      case BOOL -> out.varint(truth(in, name) ? 1 : 0);
      case INT32 -> out.varint(int32(in, name));
      case SINT32 -> {
        int value = int32(in, name);
        out.varint(((value << 1) ^ (value >> 31)) & 0xFFFFFFFFL);
      }
      case UINT32 -> out.varint(uint32(in, name));
      case FIXED32 -> out.fixed32((int) uint32(in, name));
      case INT64 -> out.varint(in.int64(name));
      case UINT64 -> out.varint(in.uint64(name));
      case FIXED64 -> out.fixed64(in.uint64(name));
      case SFIXED64 -> out.fixed64(in.int64(name));
      case DOUBLE -> out.fixed64(Double.doubleToRawLongBits(in.float64(name)));
      case ENUM -> out.varint(constant(in, field));
      case STRING, BYTES, ID, MESSAGE -> throw new IllegalArgumentException(name + " is no number");
    }
  }

  private static boolean truth(JsonReader in, String name) throws MalformedPayloadException {
    if (!in.is(JsonToken.VALUE_TRUE) && !in.is(JsonToken.VALUE_FALSE)) {
      throw in.malformed("a value of " + name + " that is neither true nor false");
    }
    return in.is(JsonToken.VALUE_TRUE);
  }

  private static int int32(JsonReader in, String name) throws MalformedPayloadException {
    long value = in.int64(name);
    if (value != (int) value) {
      throw in.malformed(name + " of " + value + ", which is beyond 32 bits,");
    }
    return (int) value;
  }

  private static long uint32(JsonReader in, String name) throws MalformedPayloadException {
    long value = in.int64(name);
    if (value < 0 || value > 0xFFFFFFFFL) {
      throw in.malformed(name + " of " + value + ", which is beyond 32 bits without sign,");
    }
    return value;
  }

  private static int constant(JsonReader in, Field field) throws MalformedPayloadException {
    if (in.is(JsonToken.VALUE_STRING)) {
      String text = in.text(field.name());
      Integer number = field.constants().get(text);
      if (number != null) {
        return number;
      }
      if (text.isEmpty() || text.charAt(0) > '9') {
        throw in.malformed(field.name() + " of the unknown name " + Excerpt.of(text));
      }
    }
    return int32(in, field.name());
  }

  private static byte[] id(JsonReader in, Field field) throws MalformedPayloadException {
    String text = in.text(field.name());
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw in.malformed(field.name() + " of " + Excerpt.of(text) + ", which is not hexadecimal,");
    }
  }

  private static byte[] base64(JsonReader in, Field field) throws MalformedPayloadException {
    String text = in.text(field.name());
    try {
      return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw in.malformed(field.name() + " of " + Excerpt.of(text) + ", which is not base64,");
    }
  }
}
