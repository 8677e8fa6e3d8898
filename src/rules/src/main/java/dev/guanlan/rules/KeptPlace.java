package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.template.AlertPlace;

/**
 * Is the place that an alert keeps while it is active, so that nothing that is deleted or moves
 * makes another alert of it.
 *
 * @param alert the alert's labels
 * @param place what its labels were made of: each part as it was when it was first known
 */
public record KeptPlace(Labels alert, AlertPlace place) {}
