/**
 * Evaluates PromQL expressions over any {@link dev.guanlan.promql.engine.SampleSource}, column by
 * column: a node of the tree yields, for all steps at once, one row of numbers for each series.
 */
@NullMarked
package dev.guanlan.promql.engine;

import org.jspecify.annotations.NullMarked;
