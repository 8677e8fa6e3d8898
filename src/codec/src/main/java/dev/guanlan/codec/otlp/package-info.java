/**
 * Decodes OTLP protobuf requests: metrics into Prometheus series, logs and spans as they are.
 *
 * <p>Source of the format: https://opentelemetry.io/docs/specs/otlp/ and the {@code .proto} files
 * of https://github.com/open-telemetry/opentelemetry-proto. The translation of metrics follows
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/ as Prometheus'
 * own OTLP receiver does by default.
 *
 * <p>The requests of the three signals have one shape, resources that hold scopes that hold items,
 * which {@code RequestWalk} walks over; what an item is, each decoder knows.
 */
@NullMarked
package dev.guanlan.codec.otlp;

import org.jspecify.annotations.NullMarked;
