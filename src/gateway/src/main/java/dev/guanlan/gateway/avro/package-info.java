/** Takes this project's own records, in Avro's single-object encoding. */
@NullMarked
package dev.guanlan.gateway.avro;

import org.jspecify.annotations.NullMarked;
