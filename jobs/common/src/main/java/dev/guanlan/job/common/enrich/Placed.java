package dev.guanlan.job.common.enrich;

import dev.guanlan.topology.Place;

/**
 * Is a block of telemetry with the places of what it holds.
 *
 * @param block the block as it was decoded
 * @param places one entry for each series of a sample block, or for each resource group of a log or
 *     span block; not to be changed
 * @param <B> the block's type
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Placed<B>(B block, Place[] places) {}
