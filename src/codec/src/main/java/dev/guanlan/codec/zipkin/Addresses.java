package dev.guanlan.codec.zipkin;

/** Writes addresses that came as bytes, as those in JSON are written. */
final class Addresses {

  private static final int GROUPS = 8;

  private Addresses() {}

  /** Returns four bytes with dots between them. */
  static String ipv4(byte[] bytes) {
    return (bytes[0] & 0xFF)
        + "."
        + (bytes[1] & 0xFF)
        + "."
        + (bytes[2] & 0xFF)
        + "."
        + (bytes[3] & 0xFF);
  }

  /** Returns sixteen bytes as RFC 5952 writes them: the longest run of zeros is left out. */
  static String ipv6(byte[] bytes) {
    int zeros = -1;
    int length = 1; // A single group of zeros is written.
    for (int from = 0; from < GROUPS; from++) {
      int to = from;
      while (to < GROUPS && group(bytes, to) == 0) {
        to++;
      }
      if (to - from > length) {
        zeros = from;
        length = to - from;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == zeros) {
        text.append("::");
        i += length - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(bytes, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int index) {
    return (bytes[2 * index] & 0xFF) << 8 | (bytes[2 * index + 1] & 0xFF);
  }
}
