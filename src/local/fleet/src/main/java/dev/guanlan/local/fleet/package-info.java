/**
 * Runs the demo's fleet: a small shop of instrumented services that really call each other over
 * HTTP, and the faults that make its alerts fire.
 */
@NullMarked
package dev.guanlan.local.fleet;

import org.jspecify.annotations.NullMarked;
