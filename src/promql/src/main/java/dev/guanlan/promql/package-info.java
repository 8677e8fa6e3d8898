/**
 * PromQL as a language: text to a typed tree with positions, and back. Knows no storage and no
 * Flink; {@link dev.guanlan.promql.engine} evaluates the tree.
 */
@NullMarked
package dev.guanlan.promql;

import org.jspecify.annotations.NullMarked;
