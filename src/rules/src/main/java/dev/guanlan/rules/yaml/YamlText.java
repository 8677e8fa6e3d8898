package dev.guanlan.rules.yaml;

import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Finds the place in a file of a character inside a YAML scalar. */
final class YamlText {

  private final String file;

  YamlText(String file) {
    this.file = file;
  }

  /**
   * Holds a place in a file.
   *
   * @param line line from 1
   * @param column column from 1
   */
  record Place(int line, int column) {}

  /**
   * Returns the place of the character at {@code offset} of a scalar's value. Where quoting,
   * folding or escapes move characters about, it is the scalar's own place.
   */
  Place of(ScalarNode scalar, Mark start, int offset) {
    Place own = new Place(start.getLine() + 1, start.getColumn() + 1);
    String value = scalar.getValue();
    int at = Math.min(offset, value.length());
    if (scalar.getScalarStyle() == ScalarStyle.LITERAL) {
      int line = start.getLine() + 2;
      int column = 0;
      for (int i = 0; i < at; i++) {
        if (value.charAt(i) == '\n') {
          line++;
          column = 0;
        } else {
          column++;
        }
      }
      return new Place(line, indentOfBlock(start.getLine() + 1, value) + column + 1);
    }
    int quote =
        scalar.getScalarStyle() == ScalarStyle.PLAIN
            ? 0
            : scalar.getScalarStyle() == ScalarStyle.FOLDED ? -1 : 1;
    if (quote < 0) {
      return own;
    }
    // Only where the file shows the value letter by letter up to the offset.
    int from = start.getIndex() + quote;
    int begin = charIndex(from);
    return file.regionMatches(begin, value, 0, at)
        ? new Place(own.line(), own.column() + quote + at)
        : own;
  }

  private int charIndex(int codePoints) {
    return file.offsetByCodePoints(0, Math.min(codePoints, file.codePointCount(0, file.length())));
  }

  private int indentOfBlock(int firstLine, String value) {
    String[] lines = file.split("\n", firstLine + 2);
    if (firstLine >= lines.length || value.isEmpty()) {
      return 0;
    }
    String line = lines[firstLine];
    int indent = 0;
    while (indent < line.length() && line.charAt(indent) == ' ') {
      indent++;
    }
    return indent;
  }
}
