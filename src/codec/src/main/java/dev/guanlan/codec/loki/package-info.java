/**
 * Decodes Loki's push: a {@code logproto.PushRequest} in snappy's block format, or JSON.
 *
 * <p>Source of the format:
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs and
 * https://github.com/grafana/loki/blob/main/pkg/push/push.proto
 */
@NullMarked
package dev.guanlan.codec.loki;

import org.jspecify.annotations.NullMarked;
