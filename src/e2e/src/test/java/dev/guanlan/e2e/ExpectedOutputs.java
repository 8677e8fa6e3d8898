package dev.guanlan.e2e;

import dev.guanlan.rules.Alert;
import dev.guanlan.rules.AlertState;
import dev.guanlan.rules.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Is what undisturbed rulers did.
 *
 * @param transitions lines as {@link OutputLine} writes them
 * @param recorded lines as {@link OutputLine} writes them
 * @param episodes alerts that fired and were resolved
 */
record ExpectedOutputs(
    List<String> transitions, List<String> recorded, List<AlertEpisode> episodes) {

  static ExpectedOutputs of(List<UndisturbedRuler> rulers) {
    ExpectedOutputs all =
        new ExpectedOutputs(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (UndisturbedRuler ruler : rulers) {
      ruler.transitions().forEach(moved -> all.add(ruler.group().name(), moved));
      ruler
          .recorded()
          .forEach(
              sample ->
                  all.recorded.add(
                      OutputLine.ofRecorded(
                          sample.labels(), sample.timestampMillis(), sample.value())));
    }
    return all;
  }

  private void add(String group, Transition moved) {
    Alert alert = moved.alert();
    transitions.add(
        OutputLine.ofTransition(
            group,
            new TreeMap<>(alert.labels().toMap()),
            new TreeMap<>(alert.annotations()),
            moved.from() + " to " + moved.to(),
            alert.value(),
            moved.tickMillis(),
            orZero(alert.activeAtMillis()),
            orZero(alert.firedAtMillis()),
            orZero(alert.resolvedAtMillis())));
    if (moved.to() == AlertState.RESOLVED) {
      Map<String, String> told = new TreeMap<>(alert.labels().toMap());
      // By this Alertmanager, and nobody else, tells equal alerts of tenants apart.
      told.put("tenant", RulerStory.TENANT);
      episodes.add(new AlertEpisode(told, alert.firedAtMillis(), alert.resolvedAtMillis()));
    }
  }

  private static long orZero(long millis) {
    return millis == Alert.NEVER ? 0 : millis;
  }
}
