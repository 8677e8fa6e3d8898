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
 * @param decompressedBytesName what sets {@code maxDecompressedBytes}, for who is refused
 * @param decodedBytesName what sets {@code maxDecodedBytes}, for who is refused
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
    int maxDepth,
    String decompressedBytesName,
    String decodedBytesName) {

  /** Is what a bound is called that no setting changes. */
  public static final String FIXED = "a fixed limit";

  /**
   * Holds what any agent sends with its default settings, many times over. The jobs hold what is on
   * Kafka to it, so that whoever lets more onto Kafka makes dead letters.
   */
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

  /** Makes limits that no setting changes. */
  public DecoderLimits(
      int maxDecompressedBytes,
      long maxDecodedBytes,
      int maxSeries,
      int maxSamples,
      int maxEntries,
      int maxLabels,
      int maxLabelNameBytes,
      int maxLabelValueBytes,
      int maxDepth) {
    this(
        maxDecompressedBytes,
        maxDecodedBytes,
        maxSeries,
        maxSamples,
        maxEntries,
        maxLabels,
        maxLabelNameBytes,
        maxLabelValueBytes,
        maxDepth,
        FIXED,
        FIXED);
  }

  /**
   * Returns these limits with another bound on the payload's length after decompression.
   *
   * @param name what sets it
   */
  public DecoderLimits withMaxDecompressedBytes(int bytes, String name) {
    return bounded(bytes, name, maxDecodedBytes, decodedBytesName);
  }

  /**
   * Returns these limits with another bound on what the decoded block may take on the heap.
   *
   * @param name what sets it
   */
  public DecoderLimits withMaxDecodedBytes(long bytes, String name) {
    return bounded(maxDecompressedBytes, decompressedBytesName, bytes, name);
  }

  private DecoderLimits bounded(
      int decompressedBytes, String decompressedName, long decodedBytes, String decodedName) {
    return new DecoderLimits(
        decompressedBytes,
        decodedBytes,
        maxSeries,
        maxSamples,
        maxEntries,
        maxLabels,
        maxLabelNameBytes,
        maxLabelValueBytes,
        maxDepth,
        decompressedName,
        decodedName);
  }

  /**
   * Checks a payload's length after decompression.
   *
   * @param what what the payload is called
   * @param instead what its sender should do
   * @throws PayloadTooLargeException if it is longer than allowed
   */
  public void checkLength(String what, long bytes, String instead) throws PayloadTooLargeException {
    if (bytes > maxDecompressedBytes) {
      throw new PayloadTooLargeException(
          what
              + " "
              + bytes
              + " bytes where "
              + maxDecompressedBytes
              + " are allowed, which is "
              + decompressedBytesName
              + "; "
              + instead);
    }
  }
}
