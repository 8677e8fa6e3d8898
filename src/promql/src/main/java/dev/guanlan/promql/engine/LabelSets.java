package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import java.util.Arrays;
import java.util.List;

/** Derives labels from labels without the detour over maps. */
final class LabelSets {

  private LabelSets() {}

  /** Tells whether a label goes with the metric's name: it loses its meaning in computations. */
  static boolean isMetadata(String name) {
    return name.equals(Labels.METRIC_NAME) || name.equals("__type__") || name.equals("__unit__");
  }

  /** Returns the labels without the metric's name, type and unit. */
  static Labels withoutMetadata(Labels labels) {
    int size = labels.size();
    int dropped = 0;
    for (int i = 0; i < size; i++) {
      if (isMetadata(labels.name(i))) {
        dropped++;
      }
    }
    if (dropped == 0) {
      return labels;
    }
    String[] pairs = new String[2 * (size - dropped)];
    int next = 0;
    for (int i = 0; i < size; i++) {
      if (!isMetadata(labels.name(i))) {
        pairs[next++] = labels.name(i);
        pairs[next++] = labels.value(i);
      }
    }
    return Labels.of(pairs);
  }

  /** Returns the labels that are among {@code names}. */
  static Labels keeping(Labels labels, List<String> names) {
    String[] pairs = new String[2 * Math.min(labels.size(), names.size())];
    int next = 0;
    for (int i = 0; i < labels.size() && next < pairs.length; i++) {
      if (names.contains(labels.name(i))) {
        pairs[next++] = labels.name(i);
        pairs[next++] = labels.value(i);
      }
    }
    return Labels.of(next == pairs.length ? pairs : Arrays.copyOf(pairs, next));
  }

  /** Returns the labels that are neither among {@code names} nor the metric's name. */
  static Labels ignoring(Labels labels, List<String> names) {
    return dropping(labels, names, Labels.METRIC_NAME);
  }

  /** Returns the labels that are not among {@code names}. */
  static Labels dropping(Labels labels, List<String> names) {
    return dropping(labels, names, "");
  }

  private static Labels dropping(Labels labels, List<String> names, String further) {
    String[] pairs = new String[2 * labels.size()];
    int next = 0;
    for (int i = 0; i < labels.size(); i++) {
      String name = labels.name(i);
      if (!name.equals(further) && !names.contains(name)) {
        pairs[next++] = name;
        pairs[next++] = labels.value(i);
      }
    }
    return next == pairs.length ? labels : Labels.of(Arrays.copyOf(pairs, next));
  }
}
