/**
 * Reads series written down by hand: labels, values and start timestamps, as test scripts and unit
 * tests of rules give them.
 */
@NullMarked
package dev.guanlan.promql.notation;

import org.jspecify.annotations.NullMarked;
