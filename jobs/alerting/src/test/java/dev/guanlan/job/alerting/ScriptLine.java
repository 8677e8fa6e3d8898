package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.rules.Notification;
import dev.guanlan.schema.AlertTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Writes down what {@link ScriptedJob} did: the minutes of the script, what, and all about it. */
final class ScriptLine {

  private ScriptLine() {}

  static String of(AlertTransition moved) {
    return "%s %s %s %s %s: active at %s, fired at %s, value %s, %s"
        .formatted(
            minutes(moved.getTimestampMillis()),
            moved.getFrom(),
            moved.getTo(),
            moved.getAlert(),
            new TreeMap<>(moved.getLabels()),
            minutes(moved.getActiveAtMillis()),
            minutes(moved.getFiredAtMillis()),
            moved.getValue(),
            new TreeMap<>(moved.getAnnotations()));
  }

  static String of(Notification notification) {
    return minutes(notification.tickMillis()) + " notification " + notification;
  }

  static List<String> of(SampleBlock block) {
    List<String> lines = new ArrayList<>();
    for (int series = 0; series < block.seriesCount(); series++) {
      for (int i = block.firstSample(series); i < block.endSample(series); i++) {
        Histogram histogram = block.histogram(i);
        double value = block.value(i);
        String text = StaleMarker.is(value) ? "stale" : Double.toString(value);
        lines.add(
            minutes(block.timestamp(i))
                + " recorded "
                + block.labels(series)
                + " "
                + (histogram == null ? text : histogram));
      }
    }
    return lines;
  }

  /** Writes a time as minutes and seconds of the script. */
  static String minutes(long millis) {
    if (millis == 0) {
      return "never";
    }
    long seconds = (millis - SavepointScript.START_MILLIS) / 1000;
    return "%02d:%02d".formatted(seconds / 60, seconds % 60);
  }
}
