/**
 * Turns the bytes that agents send into the model, one package a protocol.
 *
 * <p>Every decoder takes a whole raw record and either returns a block or throws {@link
 * dev.guanlan.codec.MalformedPayloadException}; nothing else, whatever the bytes are. What a
 * payload may cost is bounded by {@link dev.guanlan.codec.DecoderLimits} before it is spent.
 */
@NullMarked
package dev.guanlan.codec;

import org.jspecify.annotations.NullMarked;
