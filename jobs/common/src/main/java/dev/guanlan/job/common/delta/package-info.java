/**
 * Turns series of changes into series of totals, which is all that Prometheus' language knows, in
 * Flink's state.
 */
@NullMarked
package dev.guanlan.job.common.delta;

import org.jspecify.annotations.NullMarked;
