package dev.guanlan.store;

import java.util.ArrayList;
import java.util.List;

/** Cuts a text into statements at semicolons, but not within quotes and comments. */
final class SqlScript {

  private SqlScript() {}

  /** Returns the statements in order, without comments and without semicolons. */
  static List<String> statements(String script) {
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    int at = 0;
    while (at < script.length()) {
      char c = script.charAt(at);
      if (script.startsWith("--", at)) {
        at = endOf(script, "\n", at);
      } else if (script.startsWith("/*", at)) {
        at = endOf(script, "*/", at + 2);
      } else if (c == '\'' || c == '`' || c == '"') {
        int end = endOfQuoted(script, at);
        statement.append(script, at, end);
        at = end;
      } else if (c == ';') {
        add(statement, statements);
        at++;
      } else {
        statement.append(c);
        at++;
      }
    }
    add(statement, statements);
    return statements;
  }

  private static int endOf(String script, String mark, int from) {
    int found = script.indexOf(mark, from);
    return found < 0 ? script.length() : found + mark.length();
  }

  private static int endOfQuoted(String script, int start) {
    char quote = script.charAt(start);
    int at = start + 1;
    while (at < script.length()) {
      char c = script.charAt(at++);
      if (c == '\\') {
        at++;
      } else if (c == quote) {
        return at;
      }
    }
    return script.length();
  }

  private static void add(StringBuilder statement, List<String> statements) {
    String text = statement.toString().strip();
    if (!text.isEmpty()) {
      statements.add(text);
    }
    statement.setLength(0);
  }
}
