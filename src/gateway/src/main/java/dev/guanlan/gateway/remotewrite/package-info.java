/** Receives Prometheus remote write. */
@NullMarked
package dev.guanlan.gateway.remotewrite;

import org.jspecify.annotations.NullMarked;
