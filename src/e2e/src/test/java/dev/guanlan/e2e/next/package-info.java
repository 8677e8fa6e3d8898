/** Holds a next release of the alerting job, which differs by an operator; packed by the test. */
@NullMarked
package dev.guanlan.e2e.next;

import org.jspecify.annotations.NullMarked;
