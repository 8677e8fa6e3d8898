/**
 * Holds the resource topology: entities and relations as versioned changes, their extraction from
 * telemetry, the calls between services, and the place of a resource among them.
 *
 * <p>A change says what an entity or a relation was at a time; the newest says what it is. Changes
 * may arrive in any order and more than once, so whoever applies them all arrives at the same
 * graph. This package knows no Flink, no Kafka and no database.
 */
@NullMarked
package dev.guanlan.topology;

import org.jspecify.annotations.NullMarked;
