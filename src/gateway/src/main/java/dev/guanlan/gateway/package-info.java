/**
 * Runs the HTTP server that agents push to. It checks what comes, puts it on Kafka as it came, and
 * acknowledges once Kafka has.
 *
 * <p>{@code push} holds the way that every push takes; each protocol is a package beside it with
 * one {@link dev.guanlan.gateway.push.PushProtocol}, listed in {@link
 * dev.guanlan.gateway.GatewayServer}.
 */
@NullMarked
package dev.guanlan.gateway;

import org.jspecify.annotations.NullMarked;
