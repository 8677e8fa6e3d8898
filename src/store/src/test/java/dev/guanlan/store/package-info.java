/** Specifies the store. */
@NullMarked
package dev.guanlan.store;

import org.jspecify.annotations.NullMarked;
