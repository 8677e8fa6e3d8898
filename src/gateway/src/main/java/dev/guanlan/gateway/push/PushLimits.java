package dev.guanlan.gateway.push;

/**
 * Bounds what one push may cost.
 *
 * @param maxBodyBytes the body as sent, in bytes
 * @param maxDecompressedBytes the body decompressed, in bytes
 * @param maxDecodedBytes what the decoder may take on the heap for one body, estimated, in bytes
 * @param workers how many bodies are decoded at the same time at most
 */
public record PushLimits(
    int maxBodyBytes, int maxDecompressedBytes, long maxDecodedBytes, int workers) {}
