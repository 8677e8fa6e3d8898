/**
 * Decodes and encodes Prometheus remote write in snappy's block format: 1.0, a {@code
 * prometheus.WriteRequest}, and 2.0, an {@code io.prometheus.write.v2.Request}, with native
 * histograms, exemplars, metadata and start times.
 *
 * <p>A series that comes again is found by a keyed fingerprint of what names it in the request, so
 * that neither its labels nor an object of it is touched.
 *
 * <p>Source of the formats: https://prometheus.io/docs/specs/prw/remote_write_spec/ and
 * https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
 */
@NullMarked
package dev.guanlan.codec.remotewrite;

import org.jspecify.annotations.NullMarked;
