/**
 * Decodes Zipkin v2 spans, in JSON or protobuf, into OpenTelemetry's terms, as its collector's
 * receiver translates them.
 *
 * <p>Source of the format: https://zipkin.io/zipkin-api/ and
 * https://github.com/openzipkin/zipkin-api/blob/master/zipkin.proto; of the translation:
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/pkg/translator/zipkin
 */
@NullMarked
package dev.guanlan.codec.zipkin;

import org.jspecify.annotations.NullMarked;
