package dev.guanlan.rules;

/**
 * Holds what a rule's expression found in the windows at a tick. What several of its selectors find
 * counts for each.
 *
 * @param series how many series
 * @param samples how many samples
 * @param newestMillis time of the newest sample in milliseconds since the epoch; 0 if there is none
 */
public record RuleInput(long series, long samples, long newestMillis) {}
