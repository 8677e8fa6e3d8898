package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import java.util.Base64;

/**
 * Reads attribute values as text: numbers and truth values as JSON writes them, bytes as base64,
 * lists and maps as JSON.
 */
final class AnyValueReader {

  /** What a control character takes when it is escaped, in a builder that has just grown. */
  private static final int BYTES_AN_ESCAPE = 3 * "\\u0000".length();

  private static final int STRING = 1 << 3 | 2;
  private static final int BOOL = 2 << 3;
  private static final int INT = 3 << 3;
  private static final int DOUBLE = 4 << 3 | 1;
  private static final int ARRAY = 5 << 3 | 2;
  private static final int MAP = 6 << 3 | 2;
  private static final int BYTES = 7 << 3 | 2;
  private static final int VALUES = 1 << 3 | 2;
  private static final int KEY = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  private final OtlpInput input;
  private final ProtoReader in;

  AnyValueReader(OtlpInput input) {
    this.input = input;
    this.in = input.in;
  }

  /** Reads the value whose length is next. Returns the empty string for a value without content. */
  String read() throws MalformedPayloadException {
    int outer = in.enter();
    String text = "";
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case STRING -> text = input.text("an attribute's value");
        case BOOL -> text = in.varint() == 0 ? "false" : "true";
        case INT -> text = Long.toString(in.varint());
        case DOUBLE -> text = Numbers.json(in.float64());
        case BYTES -> text = Base64.getEncoder().encodeToString(in.copy());
        case ARRAY, MAP -> {
          StringBuilder json = new StringBuilder();
          writeNested(tag, json, 1);
          text = json.toString();
        }
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    input.budget.chargeText(text.length());
    return text;
  }

  private void writeNested(int tag, StringBuilder json, int depth)
      throws MalformedPayloadException {
    int where = in.position();
    if (depth > input.limits.maxDepth()) {
      throw in.malformed(
          "a value nested deeper than "
              + input.limits.maxDepth()
              + " levels, which is a fixed limit",
          where);
    }
    json.append(tag == ARRAY ? '[' : '{');
    int outer = in.enter();
    boolean first = true;
    while (in.hasMore()) {
      int element = in.tag();
      if (element != VALUES) {
        in.skip(element);
        continue;
      }
      if (!first) {
        json.append(',');
      }
      first = false;
      if (tag == ARRAY) {
        write(json, depth);
      } else {
        writePair(json, depth);
      }
    }
    in.leave(outer);
    json.append(tag == ARRAY ? ']' : '}');
  }

  private void writePair(StringBuilder json, int depth) throws MalformedPayloadException {
    int outer = in.enter();
    String key = "";
    int value = -1;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case KEY -> key = in.text("an attribute's name", input.limits.maxLabelNameBytes());
        case VALUE -> {
          value = in.position();
          in.skip(tag);
        }
        default -> in.skip(tag);
      }
    }
    quote(json, key);
    json.append(':');
    if (value < 0) {
      json.append("null");
    } else {
      in.moveTo(value, in.limit());
      write(json, depth);
    }
    in.leave(outer);
  }

  /** Writes the value whose length is next as JSON. */
  private void write(StringBuilder json, int depth) throws MalformedPayloadException {
    int outer = in.enter();
    int start = json.length();
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag >>> 3 <= 7) {
        json.setLength(start); // Of a oneof, the last field counts.
      }
      switch (tag) {
        case STRING -> {
          String text = in.text("an attribute's value");
          // The text and a builder that has just grown for it.
          input.budget.chargeText(3L * text.length());
          quote(json, text);
        }
        case BOOL -> json.append(in.varint() != 0);
        case INT -> json.append(in.varint());
        case DOUBLE -> {
          double number = in.float64();
          String text = Numbers.json(number);
          json.append(Double.isFinite(number) ? text : '"' + text + '"');
        }
        case BYTES -> {
          String text = Base64.getEncoder().encodeToString(in.copy());
          input.budget.chargeText(3L * text.length());
          quote(json, text);
        }
        case ARRAY, MAP -> writeNested(tag, json, depth + 1);
        default -> in.skip(tag);
      }
    }
    if (json.length() == start) {
      json.append("null");
    }
    in.leave(outer);
  }

  private void quote(StringBuilder json, String text) throws MalformedPayloadException {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      switch (character) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (character < ' ') {
            input.budget.charge(BYTES_AN_ESCAPE);
            json.append("\\u00").append(Character.forDigit(character >> 4, 16));
            json.append(Character.forDigit(character & 15, 16));
          } else {
            json.append(character);
          }
        }
      }
    }
    json.append('"');
  }
}
