package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.template.AlertPlace;

/**
 * Tells where in the topology alerts belong. Asked at every tick for every element of the rules
 * whose templates use it, and for no others.
 */
@FunctionalInterface
public interface AlertPlaces {

  /** Knows no place. */
  AlertPlaces UNKNOWN = element -> AlertPlace.NONE;

  /**
   * Returns the place of what an element of a rule's result is about, as it is now.
   *
   * @param element the element's own labels, without those that the rule sets
   */
  AlertPlace of(Labels element);
}
