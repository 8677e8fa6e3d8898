/**
 * Holds what every job shares: options, the environment, sources that decode raw telemetry, event
 * time, dead letters, and the versioned types that telemetry has between operators.
 */
@NullMarked
package dev.guanlan.job.common;

import org.jspecify.annotations.NullMarked;
