/**
 * Decodes this project's own records, which stand one after another in Avro's single-object
 * encoding.
 */
@NullMarked
package dev.guanlan.codec.avro;

import org.jspecify.annotations.NullMarked;
