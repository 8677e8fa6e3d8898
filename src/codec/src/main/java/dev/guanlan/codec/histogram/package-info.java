/** Builds native histograms of what the protocols' fields say. */
@NullMarked
package dev.guanlan.codec.histogram;

import org.jspecify.annotations.NullMarked;
