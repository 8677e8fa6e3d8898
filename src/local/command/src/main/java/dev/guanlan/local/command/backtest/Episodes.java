package dev.guanlan.local.command.backtest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds out from the moves of alerts during which times each fired. */
public final class Episodes {

  private static final Comparator<Episode> ORDER =
      Comparator.comparingLong(Episode::startMillis)
          .thenComparing(Episode::alert)
          .thenComparing(episode -> episode.labels().toString());

  private Episodes() {}

  /**
   * Returns the episodes by their beginning.
   *
   * @param transitions {@code AlertTransition}s by time
   * @param endMillis when the backtest ends, in milliseconds since the epoch
   */
  public static List<Episode> of(List<JsonNode> transitions, long endMillis) {
    Map<String, JsonNode> firing = new LinkedHashMap<>();
    List<Episode> episodes = new ArrayList<>();
    for (JsonNode moved : transitions) {
      String key =
          moved.path("group").asText()
              + "/"
              + moved.path("alert").asText()
              + "/"
              + moved.path("fingerprint").asText();
      if (moved.path("to").asText().equals("FIRING")) {
        firing.putIfAbsent(key, moved);
      } else {
        JsonNode began = firing.remove(key);
        if (began != null) {
          episodes.add(episode(began, moved.path("timestampMillis").asLong(), false));
        }
      }
    }
    firing.values().forEach(began -> episodes.add(episode(began, endMillis, true)));
    episodes.sort(ORDER);
    return episodes;
  }

  /** Returns the labels of a transition, sorted. */
  public static Map<String, String> labels(JsonNode transition) {
    Map<String, String> labels = new TreeMap<>();
    transition
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }

  private static Episode episode(JsonNode began, long endMillis, boolean open) {
    return new Episode(
        began.path("alert").asText(),
        labels(began),
        began.path("timestampMillis").asLong(),
        endMillis,
        open);
  }

  /**
   * Is a pair of episodes of one alert that overlap, or an episode that has no counterpart.
   *
   * @param before of the first rules; null if only the second have it
   * @param after of the second; null if only the first have it
   */
  public record Difference(@Nullable Episode before, @Nullable Episode after) {

    /** Tells whether both rules have it, from and to the same ticks. */
    public boolean same() {
      return before != null && before.equals(after);
    }

    /** Returns the one there is; the first rules' if there are both. */
    public Episode either() {
      Episode first = before != null ? before : after;
      if (first == null) {
        throw new IllegalStateException("a difference of nothing");
      }
      return first;
    }
  }

  /** Pairs the episodes of two rule files, each with the first of its alert that overlaps it. */
  public static List<Difference> differences(List<Episode> before, List<Episode> after) {
    List<Episode> left = new ArrayList<>(after);
    List<Difference> differences = new ArrayList<>();
    for (Episode old : before) {
      Episode match = null;
      for (Episode candidate : left) {
        if (candidate.sameAlert(old) && candidate.overlaps(old)) {
          match = candidate;
          break;
        }
      }
      if (match != null) {
        left.remove(match);
      }
      differences.add(new Difference(old, match));
    }
    left.forEach(episode -> differences.add(new Difference(null, episode)));
    differences.sort(Comparator.comparing(Difference::either, ORDER));
    return differences;
  }
}
