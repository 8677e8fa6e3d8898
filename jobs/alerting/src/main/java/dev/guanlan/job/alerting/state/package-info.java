/**
 * Holds what the job keeps in checkpoints, and the formats it is written in. The names of these
 * classes are part of savepoints; they never change.
 */
@NullMarked
package dev.guanlan.job.alerting.state;

import org.jspecify.annotations.NullMarked;
