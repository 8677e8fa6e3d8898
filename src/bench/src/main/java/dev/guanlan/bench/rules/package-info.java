/**
 * Measures what evaluating rules costs, in CPU seconds by process, and how soon alerts are sent,
 * against Prometheus with the same rules and samples: {@code ./guanlan bench rules} and {@code
 * ./guanlan bench latency}.
 */
@NullMarked
package dev.guanlan.bench.rules;

import org.jspecify.annotations.NullMarked;
