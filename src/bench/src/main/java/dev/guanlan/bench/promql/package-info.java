/** Measures PromQL: reading expressions, and evaluating them over series in memory. */
@NullMarked
package dev.guanlan.bench.promql;

import org.jspecify.annotations.NullMarked;
