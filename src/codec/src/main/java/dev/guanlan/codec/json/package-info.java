/**
 * Reads JSON token by token out of an array of bytes, without a tree, and with every number, text
 * and depth bounded.
 *
 * <p>Source of the format: RFC 8259
 */
@NullMarked
package dev.guanlan.codec.json;

import org.jspecify.annotations.NullMarked;
