/** Sends requests as agents send them, or puts them on Kafka as the gateway does. */
@NullMarked
package dev.guanlan.bench.send;

import org.jspecify.annotations.NullMarked;
