/** Reads dead letters, and puts repaired records back where they came from, once. */
@NullMarked
package dev.guanlan.local.command.letters;

import org.jspecify.annotations.NullMarked;
