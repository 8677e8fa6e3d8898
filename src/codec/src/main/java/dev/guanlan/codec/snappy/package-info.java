/** Undoes snappy where a protocol, and not HTTP, compresses with it. */
@NullMarked
package dev.guanlan.codec.snappy;

import org.jspecify.annotations.NullMarked;
