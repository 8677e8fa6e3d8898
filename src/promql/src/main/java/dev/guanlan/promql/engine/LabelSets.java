package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
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
    return labels.filtered(name -> !isMetadata(name));
  }

  /** Returns the labels that are among {@code names}. */
  static Labels keeping(Labels labels, List<String> names) {
    return labels.filtered(names::contains);
  }

  /** Returns the labels that are neither among {@code names} nor the metric's name. */
  static Labels ignoring(Labels labels, List<String> names) {
    return labels.filtered(name -> !name.equals(Labels.METRIC_NAME) && !names.contains(name));
  }

  /** Returns the labels that are not among {@code names}. */
  static Labels dropping(Labels labels, List<String> names) {
    return labels.filtered(name -> !names.contains(name));
  }
}
