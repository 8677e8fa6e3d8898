/**
 * Gives telemetry its place in the topology while it passes.
 *
 * <p>Every task knows the whole topology: it reads the compacted topic to its end before its first
 * record, and then hears of changes by a broadcast stream of the same topic. Changes are versioned
 * and the newest wins, so it does not matter that the stream repeats what was read.
 */
@NullMarked
package dev.guanlan.job.common.enrich;

import org.jspecify.annotations.NullMarked;
