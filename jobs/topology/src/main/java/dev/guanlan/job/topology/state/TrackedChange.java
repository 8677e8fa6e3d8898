package dev.guanlan.job.topology.state;

import dev.guanlan.topology.Change;

/**
 * Is the state of one entity or relation.
 *
 * @param newest what is known of it; its version is when it was last seen
 * @param emittedVersion the version that was emitted last, in milliseconds since the epoch
 * @param pending whether something changed since then
 * @param expiryTimer the event time of the timer that looks whether it is still seen
 */
public record TrackedChange(
    Change newest, long emittedVersion, boolean pending, long expiryTimer) {}
