/**
 * Runs tests written in Prometheus' own language for testing query engines: files that load series,
 * evaluate expressions and say what must come out.
 */
@NullMarked
package dev.guanlan.promql.script;

import org.jspecify.annotations.NullMarked;
