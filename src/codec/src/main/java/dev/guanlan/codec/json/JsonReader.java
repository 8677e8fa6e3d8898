package dev.guanlan.codec.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON payload token by token. What is not as expected is told with the byte where it
 * stands. Of an object's fields with one name, the last counts, as most readers have it.
 */
public final class JsonReader implements AutoCloseable {

  private static final char REPLACEMENT = '\uFFFD';

  private final JsonParser parser;

  JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  /** Goes to the next token and returns it. */
  public JsonToken next() throws MalformedPayloadException {
    JsonToken token = advance();
    if (token == null) {
      throw malformed("an end where something must follow");
    }
    return token;
  }

  private @Nullable JsonToken advance() throws MalformedPayloadException {
    try {
      return parser.nextToken();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Returns whether the current token is {@code wanted}. */
  public boolean is(JsonToken wanted) {
    return parser.hasToken(wanted);
  }

  /** Returns whether the current token is a number, whole or not. */
  public boolean isNumber() {
    return is(JsonToken.VALUE_NUMBER_INT) || is(JsonToken.VALUE_NUMBER_FLOAT);
  }

  /** Checks that the current token begins an object; {@code what} is it, for who sent another. */
  public void expectObject(String what) throws MalformedPayloadException {
    expect(JsonToken.START_OBJECT, what, "an object");
  }

  /** Checks that the current token begins a list. */
  public void expectArray(String what) throws MalformedPayloadException {
    expect(JsonToken.START_ARRAY, what, "a list");
  }

  private void expect(JsonToken token, String what, String kind) throws MalformedPayloadException {
    if (!is(token)) {
      throw malformed(what + " that is " + found() + " and not " + kind);
    }
  }

  /**
   * Goes on to the next field of the object that the reader is in, whose value is then next.
   * Returns false at the object's end.
   */
  public boolean nextField() throws MalformedPayloadException {
    return next() == JsonToken.FIELD_NAME;
  }

  /** Goes on to the next element of the list that the reader is in. Returns false at its end. */
  public boolean nextElement() throws MalformedPayloadException {
    return next() != JsonToken.END_ARRAY;
  }

  /** Returns the name of the current field. */
  public String name() throws MalformedPayloadException {
    try {
      String name = parser.currentName();
      return name == null ? "" : wellFormed(name);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Passes over the current value, whatever it holds. */
  public void skip() throws MalformedPayloadException {
    try {
      parser.skipChildren();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Checks that nothing follows. */
  public void end() throws MalformedPayloadException {
    if (advance() != null) {
      throw malformed("something behind its end");
    }
  }

  /**
   * Returns the text that is the current value. Half a surrogate pair becomes U+FFFD, because it
   * cannot be written in UTF-8.
   */
  public String text(String what) throws MalformedPayloadException {
    if (!is(JsonToken.VALUE_STRING)) {
      throw malformed(what + " that is " + found() + " and not a text");
    }
    return wellFormed(rawText());
  }

  /** Returns the text that is the current value, or a number or truth value as it was written. */
  public String scalar(String what) throws MalformedPayloadException {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
      throw malformed(what + " that is " + found() + " and not a text");
    }
    return wellFormed(rawText());
  }

  private String rawText() throws MalformedPayloadException {
    try {
      return parser.getText();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Returns the whole number that is the current value, which may stand in quotes. */
  public long int64(String what) throws MalformedPayloadException {
    return integer(what, true);
  }

  /** Returns the number without sign that is the current value, which may stand in quotes. */
  public long uint64(String what) throws MalformedPayloadException {
    return integer(what, false);
  }

  private long integer(String what, boolean signed) throws MalformedPayloadException {
    requireNumber(what);
    String text = rawText();
    try {
      return signed ? JsonNumber.int64(text) : JsonNumber.uint64(text);
    } catch (NumberFormatException e) {
      throw malformed(
          what
              + " of "
              + Excerpt.of(text)
              + ", which is no whole number"
              + (signed ? "" : " without sign")
              + " of 64 bits,",
          e);
    }
  }

  /** Returns the number that is the current value, which may stand in quotes. */
  public double float64(String what) throws MalformedPayloadException {
    requireNumber(what);
    String text = rawText();
    try {
      return is(JsonToken.VALUE_STRING) ? JsonNumber.quotedFloat64(text) : JsonNumber.float64(text);
    } catch (NumberFormatException e) {
      throw malformed(what + " of " + Excerpt.of(text) + ", which is no number of 64 bits,", e);
    }
  }

  private void requireNumber(String what) throws MalformedPayloadException {
    if (!isNumber() && !is(JsonToken.VALUE_STRING)) {
      throw malformed(what + " that is " + found() + " and not a number");
    }
  }

  private String found() {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "missing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a truth value";
      case VALUE_NULL -> "null";
      default -> "something else";
    };
  }

  /** Returns {@code text}, with U+FFFD for every half of a surrogate pair that has no other. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceHalves(text, i);
      }
    }
    return text;
  }

  private static String replaceHalves(String text, int from) {
    StringBuilder whole = new StringBuilder(text);
    int i = from;
    while (i < text.length()) {
      boolean pair =
          i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
      if (!pair && Character.isSurrogate(text.charAt(i))) {
        whole.setCharAt(i, REPLACEMENT);
      }
      i += pair ? 2 : 1;
    }
    return whole.toString();
  }

  /** Makes the exception that says {@code what} stands at the current token. */
  public MalformedPayloadException malformed(String what) {
    return new MalformedPayloadException(message(what));
  }

  private MalformedPayloadException malformed(String what, Throwable cause) {
    return new MalformedPayloadException(message(what), cause);
  }

  private String message(String what) {
    return "the JSON has "
        + what
        + " at byte "
        + Math.max(0, parser.currentTokenLocation().getByteOffset())
        + "; check that the sender speaks the protocol of this endpoint";
  }

  private MalformedPayloadException broken(IOException failure) {
    String said =
        failure instanceof JsonProcessingException parsing
            ? parsing.getOriginalMessage()
            : failure.getMessage();
    return new MalformedPayloadException(
        "the payload cannot be read as JSON, near byte "
            + Math.max(0, parser.currentLocation().getByteOffset())
            + ": "
            + Excerpt.of(said == null ? failure.getClass().getSimpleName() : said)
            + "; check what the sender sends",
        failure);
  }

  /** Gives the reader's buffers back. */
  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new UncheckedIOException("an array of bytes was not closed", e);
    }
  }
}
