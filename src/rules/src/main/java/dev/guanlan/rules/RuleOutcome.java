package dev.guanlan.rules;

/**
 * Says how the evaluation of one rule went at a tick.
 *
 * @param nanos how long it took, in nanoseconds
 * @param size how many elements the expression's result had; 0 if there was none
 * @param limited whether they made more alerts or series than the group may have
 */
public record RuleOutcome(long nanos, int size, boolean limited) {}
