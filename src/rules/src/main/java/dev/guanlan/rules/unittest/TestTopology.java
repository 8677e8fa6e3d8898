package dev.guanlan.rules.unittest;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.AlertPlaces;
import dev.guanlan.rules.template.AlertPlace;
import java.util.List;
import java.util.Map;

/**
 * Is the topology as a file of tests gives it: places of what has certain labels.
 *
 * @param entries the places; the first that fits counts
 */
record TestTopology(List<Entry> entries) implements AlertPlaces {

  /**
   * Says where something belongs.
   *
   * @param labels what elements have that are meant
   * @param place where they belong
   */
  record Entry(Map<String, String> labels, AlertPlace place) {

    private boolean fits(Labels element) {
      for (Map.Entry<String, String> label : labels.entrySet()) {
        if (!element.getOrEmpty(label.getKey()).equals(label.getValue())) {
          return false;
        }
      }
      return true;
    }
  }

  @Override
  public AlertPlace of(Labels element) {
    for (Entry entry : entries) {
      if (entry.fits(element)) {
        return entry.place();
      }
    }
    return AlertPlace.NONE;
  }
}
