/** Receives Zipkin's spans. */
@NullMarked
package dev.guanlan.gateway.zipkin;

import org.jspecify.annotations.NullMarked;
