/**
 * Measures what evaluating rules costs, in CPU seconds by process, against Prometheus with the same
 * rules and samples: {@code ./guanlan bench rules}.
 */
@NullMarked
package dev.guanlan.bench.rules;

import org.jspecify.annotations.NullMarked;
