/**
 * Gives telemetry its place in the topology while it passes.
 *
 * <p>Every task knows the whole topology. It does not come as a second stream, because an operator
 * with two inputs is not chained to its source, and serializing blocks with all their labels cost
 * more than decoding them: one thread of each TaskManager follows the compacted topic, and tasks
 * begin when it was read to its end.
 */
@NullMarked
package dev.guanlan.job.common.enrich;

import org.jspecify.annotations.NullMarked;
