/** Proves the platform as a whole, on its real parts, and keeps the rules of the house. */
@NullMarked
package dev.guanlan.e2e;

import org.jspecify.annotations.NullMarked;
