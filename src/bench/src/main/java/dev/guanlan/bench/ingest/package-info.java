/**
 * Measures what ingestion costs, in CPU seconds by process, against VictoriaMetrics and Prometheus
 * fed with the same bytes: {@code ./guanlan bench ingest}.
 */
@NullMarked
package dev.guanlan.bench.ingest;

import org.jspecify.annotations.NullMarked;
