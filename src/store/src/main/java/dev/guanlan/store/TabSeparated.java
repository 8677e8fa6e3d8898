package dev.guanlan.store;

import java.util.ArrayList;
import java.util.List;

/** Reads ClickHouse's TabSeparated format (docs: Formats, TabSeparated, "Data Formatting"). */
final class TabSeparated {

  private TabSeparated() {}

  /** Returns the values of a line, which has no line end. NULL stays {@code \N}. */
  static List<String> values(String line) {
    List<String> values = new ArrayList<>();
    int from = 0;
    for (int end = line.indexOf('\t'); end >= 0; end = line.indexOf('\t', from)) {
      values.add(unescaped(line.substring(from, end)));
      from = end + 1;
    }
    values.add(unescaped(line.substring(from)));
    return values;
  }

  private static String unescaped(String value) {
    if (value.indexOf('\\') < 0 || value.equals("\\N")) {
      return value;
    }
    StringBuilder text = new StringBuilder(value.length());
    int at = 0;
    while (at < value.length()) {
      char character = value.charAt(at++);
      if (character != '\\' || at == value.length()) {
        text.append(character);
      } else {
        text.append(meaning(value.charAt(at++)));
      }
    }
    return text.toString();
  }

  private static char meaning(char escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '0' -> '\0';
      default -> escaped;
    };
  }
}
