package dev.guanlan.codec.loki;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.LabelCollector;
import dev.guanlan.model.Labels;

/**
 * Reads a stream's labels as LogQL writes them: {@code {app="cart", env=`prod`}}. Names may stand
 * in quotes, as those with dots must; values may be escaped as in Go.
 *
 * <p>Source: https://go.dev/ref/spec#String_literals
 */
final class LabelsText {

  private final DecoderLimits limits;
  private final LabelCollector labels;
  private String text = "";
  private int position;

  LabelsText(DecoderLimits limits, LabelCollector labels) {
    this.limits = limits;
    this.labels = labels;
  }

  /** Returns the labels that a text holds. */
  Labels read(String labelsText) throws MalformedPayloadException {
    text = labelsText;
    position = 0;
    labels.clear();
    expect('{');
    while (!skipTo('}')) {
      String name = name();
      expect('=');
      skipSpaces();
      String value = quoted();
      check("name", name, limits.maxLabelNameBytes());
      check("value of the label " + Excerpt.of(name), value, limits.maxLabelValueBytes());
      labels.add(name, value);
      if (!skipTo('}')) {
        expect(',');
      } else {
        position--;
      }
    }
    skipSpaces();
    if (position < text.length()) {
      throw wrong("something behind the closing brace");
    }
    return labels.take();
  }

  private void check(String what, String found, int max) throws MalformedPayloadException {
    if (found.length() > max) {
      throw wrong("a " + what + " longer than " + max + " bytes, which is a fixed limit,");
    }
  }

  private String name() throws MalformedPayloadException {
    skipSpaces();
    int start = position;
    if (start < text.length() && isQuote(text.charAt(start))) {
      String name = quoted();
      if (name.isEmpty()) {
        throw wrong("a label without a name");
      }
      return name;
    }
    while (position < text.length() && isNamePart(text.charAt(position), position > start)) {
      position++;
    }
    if (position == start) {
      throw wrong("no label name where one must be");
    }
    return text.substring(start, position);
  }

  private static boolean isNamePart(char character, boolean digits) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || character == '_'
        || (digits && character >= '0' && character <= '9');
  }

  private static boolean isQuote(char character) {
    return character == '"' || character == '`';
  }

  private String quoted() throws MalformedPayloadException {
    if (position == text.length() || !isQuote(text.charAt(position))) {
      throw wrong("no quoted text where one must be");
    }
    char quote = text.charAt(position++);
    int start = position;
    int end = start;
    while (end < text.length() && text.charAt(end) != quote) {
      char character = text.charAt(end);
      if (character == '\n' && quote == '"') {
        position = end;
        throw wrong("a line break in a quoted text");
      }
      if (character == '\\' && quote == '"') {
        return escaped(start, end);
      }
      end++;
    }
    return closed(text.substring(start, Math.min(end, text.length())), end);
  }

  /** Reads on from the first backslash. */
  private String escaped(int start, int backslash) throws MalformedPayloadException {
    GoEscapes unescaped = new GoEscapes(text, backslash);
    StringBuilder value = new StringBuilder().append(text, start, backslash);
    if (!unescaped.readTo('"', value)) {
      position = unescaped.position();
      throw wrong("an escape that Go does not know, or a quoted text without its end,");
    }
    return closed(value.toString(), unescaped.position());
  }

  private String closed(String value, int end) throws MalformedPayloadException {
    if (end >= text.length()) {
      throw wrong("a quoted text without its end");
    }
    position = end + 1;
    return value;
  }

  private void expect(char wanted) throws MalformedPayloadException {
    if (!skipTo(wanted)) {
      throw wrong(
          (position < text.length() ? Excerpt.of(text.substring(position, position + 1)) : "an end")
              + " where "
              + Excerpt.of(String.valueOf(wanted))
              + " must be");
    }
  }

  /** Passes over spaces and, if it is next, over {@code wanted}; returns whether it was. */
  private boolean skipTo(char wanted) {
    skipSpaces();
    if (position < text.length() && text.charAt(position) == wanted) {
      position++;
      return true;
    }
    return false;
  }

  private void skipSpaces() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private MalformedPayloadException wrong(String what) {
    return new MalformedPayloadException(
        "error parsing labels "
            + Excerpt.of(text)
            + ": there is "
            + what
            + " at character "
            + position
            + "; write them as {app=\"cart\", env=\"prod\"}");
  }
}
