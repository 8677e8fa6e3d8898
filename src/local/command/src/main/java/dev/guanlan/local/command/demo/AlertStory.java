package dev.guanlan.local.command.demo;

import dev.guanlan.local.command.look.Pages.Page;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import java.util.Map;

/**
 * Tells how one alert came about: the first bad sample, the decisions, its arrival at Alertmanager.
 *
 * @param alert its name
 * @param labels its labels
 * @param summary what its annotation says, or empty
 * @param state where it stands
 * @param firstBadMillis time of the newest sample that the first decision saw, milliseconds since
 *     the epoch, as all the following
 * @param pendingMillis tick of the first decision
 * @param firingMillis tick that made it fire; 0 if none has
 * @param arrivedMillis when Alertmanager first held it; 0 if it has not
 * @param resolvedMillis tick that resolved it; 0 if none has
 */
record AlertStory(
    String alert,
    Map<String, String> labels,
    String summary,
    AlertState state,
    long firstBadMillis,
    long pendingMillis,
    long firingMillis,
    long arrivedMillis,
    long resolvedMillis) {

  static final String NAME_LABEL = "alertname";

  /** Begins the story with the first transition that was seen. */
  static AlertStory begin(AlertTransition first) {
    return new AlertStory(
            first.getAlert(),
            Map.copyOf(first.getLabels()),
            "",
            first.getTo(),
            firstBad(first),
            first.getTimestampMillis(),
            0,
            0,
            0)
        .with(first);
  }

  /** What came before we looked is known by the tick that began it only, not by its sample. */
  private static long firstBad(AlertTransition first) {
    if (first.getTo() == AlertState.PENDING && first.getLastSampleMillis() > 0) {
      return first.getLastSampleMillis();
    }
    return first.getActiveAtMillis() > 0 ? first.getActiveAtMillis() : first.getTimestampMillis();
  }

  /** Goes on with another transition. */
  AlertStory with(AlertTransition next) {
    return new AlertStory(
        alert,
        labels,
        next.getAnnotations().getOrDefault("summary", summary),
        next.getTo(),
        firstBadMillis,
        pendingMillis,
        next.getTo() == AlertState.FIRING && firingMillis == 0
            ? next.getTimestampMillis()
            : firingMillis,
        arrivedMillis,
        next.getTo() == AlertState.RESOLVED ? next.getTimestampMillis() : resolvedMillis);
  }

  /** Notes that Alertmanager holds it; only the first time counts. */
  AlertStory arrived(long atMillis) {
    return arrivedMillis > 0
        ? this
        : new AlertStory(
            alert,
            labels,
            summary,
            state,
            firstBadMillis,
            pendingMillis,
            firingMillis,
            atMillis,
            resolvedMillis);
  }

  /** Tells whether what Alertmanager holds is this alert. */
  boolean is(Page page) {
    return alert.equals(page.labels().get(NAME_LABEL))
        && page.labels().entrySet().containsAll(labels.entrySet());
  }

  /** Returns what tells it apart for people: its labels without name and severity. */
  String subject() {
    StringBuilder text = new StringBuilder();
    labels.entrySet().stream()
        .filter(each -> !each.getKey().equals(NAME_LABEL) && !each.getKey().equals("severity"))
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> text.append(text.isEmpty() ? "" : " ").append(each.getValue()));
    return text.toString();
  }
}
