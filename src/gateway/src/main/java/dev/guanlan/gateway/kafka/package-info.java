/** Puts records on Kafka, and knows whether Kafka is there. */
@NullMarked
package dev.guanlan.gateway.kafka;

import org.jspecify.annotations.NullMarked;
