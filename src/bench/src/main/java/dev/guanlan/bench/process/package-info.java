/** Tells what processes use, and where JVMs spend their time. */
@NullMarked
package dev.guanlan.bench.process;

import org.jspecify.annotations.NullMarked;
