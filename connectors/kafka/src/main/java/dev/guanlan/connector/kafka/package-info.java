/**
 * Reads whole compacted topics, and builds the Kafka sinks that jobs write to, each with its
 * promise.
 */
@NullMarked
package dev.guanlan.connector.kafka;

import org.jspecify.annotations.NullMarked;
