/** Holds the main classes of child processes that run a third-party program inside a JVM. */
@NullMarked
package dev.guanlan.local.stack.host;

import org.jspecify.annotations.NullMarked;
