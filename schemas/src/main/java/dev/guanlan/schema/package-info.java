/**
 * Holds the project's own records, generated from {@code schemas/src/main/avro}, and their format:
 * Avro single-object encoding, readable in every version that {@code schemas/history} knows.
 */
@NullMarked
package dev.guanlan.schema;

import org.jspecify.annotations.NullMarked;
