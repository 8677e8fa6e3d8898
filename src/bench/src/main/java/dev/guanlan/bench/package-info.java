/** What all benchmarks share. */
@NullMarked
package dev.guanlan.bench;

import org.jspecify.annotations.NullMarked;
