/** Measures what decoding costs, by sample. */
@NullMarked
package dev.guanlan.bench.codec;

import org.jspecify.annotations.NullMarked;
