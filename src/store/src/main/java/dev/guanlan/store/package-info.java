/**
 * Keeps telemetry in ClickHouse: the tables and their migrations, a small HTTP client, and the row
 * format that inserts are made of.
 *
 * <p>Knows the model and ClickHouse, and nothing of Flink or Kafka.
 */
@NullMarked
package dev.guanlan.store;

import org.jspecify.annotations.NullMarked;
