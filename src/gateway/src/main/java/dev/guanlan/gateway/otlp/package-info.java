/** Receives OTLP over HTTP: metrics, logs and traces. */
@NullMarked
package dev.guanlan.gateway.otlp;

import org.jspecify.annotations.NullMarked;
