package dev.guanlan.rules.unittest;

import dev.guanlan.rules.unittest.Failure.Difference;
import dev.guanlan.rules.unittest.Failure.Kind;
import dev.guanlan.rules.unittest.UnitTest.AlertCase;
import dev.guanlan.rules.yaml.Durations;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Compares the alerts that fire with those that are expected to; their order does not matter. */
final class AlertComparison {

  private final List<Difference> difference = new ArrayList<>();

  private AlertComparison() {}

  static Optional<Failure> compare(AlertCase expected, List<AlertTexts> firing) {
    List<AlertTexts> missing = new ArrayList<>(expected.expected());
    List<AlertTexts> surplus = new ArrayList<>();
    for (AlertTexts alert : firing) {
      if (!missing.remove(alert)) {
        surplus.add(alert);
      }
    }
    if (missing.isEmpty() && surplus.isEmpty()) {
      return Optional.empty();
    }
    String what =
        "alert %s at %s: %s"
            .formatted(
                expected.alertName(),
                Durations.format(expected.evalTimeMillis()),
                summary(expected.expected().size(), firing.size()));
    AlertComparison comparison = new AlertComparison();
    comparison.pair(missing, surplus);
    missing.forEach(alert -> comparison.whole(Kind.MISSING, alert));
    surplus.forEach(alert -> comparison.whole(Kind.SURPLUS, alert));
    return Optional.of(new Failure(expected.line(), what, comparison.difference));
  }

  private static String summary(int expected, int firing) {
    return expected == firing
        ? (firing == 1 ? "the alert that fires is another" : firing + " fire, but others")
        : "%d expected, %s".formatted(expected, firing == 1 ? "1 fires" : firing + " fire");
  }

  /** Shows what is different in alerts that have the same labels. */
  private void pair(List<AlertTexts> missing, List<AlertTexts> surplus) {
    for (Iterator<AlertTexts> rest = missing.iterator(); rest.hasNext(); ) {
      AlertTexts expected = rest.next();
      for (AlertTexts firing : surplus) {
        if (firing.labels().equals(expected.labels())) {
          line(Kind.COMMON, Texts.of(expected.labels()));
          texts(expected.annotations(), firing.annotations());
          rest.remove();
          surplus.remove(firing);
          break;
        }
      }
    }
  }

  private void texts(Map<String, String> expected, Map<String, String> firing) {
    TreeSet<String> names = new TreeSet<>(expected.keySet());
    names.addAll(firing.keySet());
    for (String name : names) {
      String wanted = expected.get(name);
      String got = firing.get(name);
      if (wanted != null && wanted.equals(got)) {
        continue;
      }
      if (wanted != null) {
        line(Kind.MISSING, "  " + name + ": " + Texts.quoted(wanted));
      }
      if (got != null) {
        line(Kind.SURPLUS, "  " + name + ": " + Texts.quoted(got));
      }
    }
  }

  private void whole(Kind kind, AlertTexts alert) {
    line(kind, Texts.of(alert.labels()));
    alert
        .annotations()
        .forEach((name, text) -> line(kind, "  " + name + ": " + Texts.quoted(text)));
  }

  private void line(Kind kind, String text) {
    difference.add(new Difference(kind, text));
  }
}
