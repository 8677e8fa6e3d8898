/**
 * Decodes and encodes Prometheus remote write 1.0: a {@code prometheus.WriteRequest} in snappy's
 * block format.
 *
 * <p>Source of the format: https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
@NullMarked
package dev.guanlan.codec.remotewrite;

import org.jspecify.annotations.NullMarked;
