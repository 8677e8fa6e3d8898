/**
 * Reads and writes the protobuf wire format in place, without an object a field.
 *
 * <p>Source of the format: https://protobuf.dev/programming-guides/encoding/
 */
@NullMarked
package dev.guanlan.codec.protobuf;

import org.jspecify.annotations.NullMarked;
