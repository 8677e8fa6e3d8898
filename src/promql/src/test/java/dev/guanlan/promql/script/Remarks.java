package dev.guanlan.promql.script;

import dev.guanlan.promql.engine.Annotations;
import java.util.ArrayList;
import java.util.List;

/** Compares the remarks of an evaluation with those expected. */
final class Remarks {

  private Remarks() {}

  /** Returns remarks as Prometheus shows them, with line and column. */
  static List<String> texts(List<Annotations.Annotation> annotations, String expression) {
    List<String> texts = new ArrayList<>();
    for (Annotations.Annotation annotation : annotations) {
      int start = annotation.position().start();
      String before = expression.substring(0, start);
      int line = before.split("\n", -1).length;
      int column = start - (before.lastIndexOf('\n') + 1) + 1;
      texts.add(annotation.message() + " (" + line + ":" + column + ")");
    }
    return texts;
  }

  /** Returns what differs, or the empty string. */
  static String difference(
      String kind, List<Expectations.Message> expected, boolean none, List<String> actual) {
    if (none && !actual.isEmpty()) {
      return "has an unexpected " + kind + ": " + actual;
    }
    for (Expectations.Message message : expected) {
      if (actual.stream().noneMatch(message::matches)) {
        return "lacks the " + kind + " " + message + ", has " + actual;
      }
    }
    for (String text : actual) {
      if (!expected.isEmpty() && expected.stream().noneMatch(message -> message.matches(text))) {
        return "has an unexpected " + kind + ": " + text;
      }
    }
    return "";
  }
}
