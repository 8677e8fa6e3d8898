/**
 * Holds telemetry in memory: labels, series identity, and columnar blocks of samples, log entries
 * and spans.
 *
 * <p>A block is what one raw record decodes to: immutable arrays with a length, shared by every
 * step that the record passes. This package depends on nothing.
 */
@NullMarked
package dev.guanlan.model;

import org.jspecify.annotations.NullMarked;
