/** Runs the demo: load, a fault, and what the platform makes of it, live. */
@NullMarked
package dev.guanlan.local.command.demo;

import org.jspecify.annotations.NullMarked;
