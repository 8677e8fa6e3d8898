/**
 * Native histograms: many buckets of exponential or custom bounds in one sample, as Prometheus
 * defines them.
 */
@NullMarked
package dev.guanlan.model.histogram;

import org.jspecify.annotations.NullMarked;
