/** Takes a push from its request to its record on Kafka, whatever protocol it is of. */
@NullMarked
package dev.guanlan.gateway.push;

import org.jspecify.annotations.NullMarked;
