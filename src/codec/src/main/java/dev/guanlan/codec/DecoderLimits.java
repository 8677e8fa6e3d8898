package dev.guanlan.codec;

/**
 * Bounds what one payload may cost. A payload beyond a bound is refused as a whole.
 *
 * @param maxDecompressedBytes the payload's length after decompression, in bytes
 * @param maxDecodedBytes what the decoded block may take on the heap, estimated, in bytes; a small
 *     payload can describe a big block
 * @param maxSeries series in a block of samples
 * @param maxSamples samples in a block of samples
 * @param maxEntries log entries in a block of logs; spans, events and links together in a block of
 *     spans; exemplars and descriptions of metrics together in a block of samples; resources in any
 * @param maxLabels labels of a series, attributes of a resource, entry, span, event or link
 * @param maxLabelNameBytes a label's or attribute's name, in bytes of UTF-8
 * @param maxLabelValueBytes a series label's value, in bytes of UTF-8
 * @param maxDepth how deep an attribute's value may nest lists in lists
 */
public record DecoderLimits(
    int maxDecompressedBytes,
    long maxDecodedBytes,
    int maxSeries,
    int maxSamples,
    int maxEntries,
    int maxLabels,
    int maxLabelNameBytes,
    int maxLabelValueBytes,
    int maxDepth) {

  /** Holds what any agent sends with its default settings, many times over. */
  public static final DecoderLimits DEFAULTS =
      new DecoderLimits(
          16 << 20, 192L << 20, 200_000, 2_000_000, 200_000, 256, 1_024, 16 << 10, 32);

  /** Checks that every bound is positive. */
  public DecoderLimits {
    if (maxDecompressedBytes <= 0
        || maxDecodedBytes <= 0
        || maxSeries <= 0
        || maxSamples <= 0
        || maxEntries <= 0
        || maxLabels <= 0
        || maxLabelNameBytes <= 0
        || maxLabelValueBytes <= 0
        || maxDepth <= 0) {
      throw new IllegalArgumentException("every limit of a decoder must be positive");
    }
  }

  /** Returns these limits with another bound on the payload's length after decompression. */
  public DecoderLimits withMaxDecompressedBytes(int bytes) {
    return new DecoderLimits(
        bytes,
        maxDecodedBytes,
        maxSeries,
        maxSamples,
        maxEntries,
        maxLabels,
        maxLabelNameBytes,
        maxLabelValueBytes,
        maxDepth);
  }

  /** Returns these limits with another bound on what the decoded block may take on the heap. */
  public DecoderLimits withMaxDecodedBytes(long bytes) {
    return new DecoderLimits(
        maxDecompressedBytes,
        bytes,
        maxSeries,
        maxSamples,
        maxEntries,
        maxLabels,
        maxLabelNameBytes,
        maxLabelValueBytes,
        maxDepth);
  }
}
