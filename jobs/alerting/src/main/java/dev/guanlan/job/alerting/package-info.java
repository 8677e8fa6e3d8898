/**
 * Judges metrics against rules while they pass: {@link dev.guanlan.job.alerting.AlertingJob} is the
 * picture, the operators stand beside it.
 */
@NullMarked
package dev.guanlan.job.alerting;

import org.jspecify.annotations.NullMarked;
