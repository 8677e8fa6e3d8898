package dev.guanlan.rules;

/**
 * Tells that an alert moved from one state to another.
 *
 * @param alert the alert as it is after the move; if it ended without firing, as it was before
 * @param from its state before the tick
 * @param to its state after the tick
 * @param tickMillis the tick in milliseconds since the epoch
 */
public record Transition(Alert alert, AlertState from, AlertState to, long tickMillis) {}
