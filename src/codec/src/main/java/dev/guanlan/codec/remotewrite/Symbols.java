package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.codec.series.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds the symbols of one request of remote write 2.0: the texts that its series refer to by
 * number. A number means another text in the next request, so series are recognised by the
 * fingerprints of the texts. For one thread.
 */
final class Symbols {

  /** Arrays up to this length are kept from one request to the next. */
  private static final int KEPT = 1 << 17;

  private static final int BYTES_A_SYMBOL = 28;
  private static final byte[] METRIC_NAME = "__name__".getBytes(StandardCharsets.US_ASCII);

  private final DecoderLimits limits;
  private final HeapBudget budget;
  private final Fingerprint fingerprint;
  private final ProtoReader text = new ProtoReader();
  private byte[] bytes = new byte[0];
  private int[] starts = new int[1024];
  private int[] lengths = new int[1024];
  private long[] highs = new long[1024];
  private long[] lows = new long[1024];
  private @Nullable String[] texts = new @Nullable String[1024];
  private int count;
  private int metricName = -1;

  Symbols(DecoderLimits limits, HeapBudget budget, Fingerprint fingerprint) {
    this.limits = limits;
    this.budget = budget;
    this.fingerprint = fingerprint;
  }

  /** Starts over with the symbols of the request in {@code request}. */
  void start(byte[] request) {
    bytes = request;
    if (count > KEPT) {
      starts = new int[1024];
      lengths = new int[1024];
      highs = new long[1024];
      lows = new long[1024];
      texts = new @Nullable String[1024];
    } else {
      Arrays.fill(texts, 0, count, null);
    }
    count = 0;
    metricName = -1;
  }

  /** Adds the text whose length is next. */
  void add(ProtoReader in) throws MalformedPayloadException {
    // With its length, so that the text can be read from there when it is new.
    int start = in.position();
    int length = in.length();
    int begin = in.position();
    if (length > limits.maxLabelValueBytes()) {
      throw new MalformedPayloadException(
          "symbol "
              + count
              + " of the request has "
              + length
              + " bytes where "
              + limits.maxLabelValueBytes()
              + " are allowed, which is a fixed limit: "
              + Excerpt.of(bytes, begin, length)
              + "; shorten it at the sender");
    }
    in.moveTo(begin + length, in.limit());
    if (count == starts.length) {
      grow();
    }
    budget.charge(BYTES_A_SYMBOL);
    starts[count] = start;
    lengths[count] = length;
    if (length > Fingerprint.MAX_BYTES) {
      fingerprintLong(begin, length);
    } else {
      fingerprint.of(0, 0, bytes, begin, begin + length);
    }
    highs[count] = fingerprint.high();
    lows[count] = fingerprint.low();
    if (length == METRIC_NAME.length
        && metricName < 0
        && Arrays.equals(bytes, begin, begin + length, METRIC_NAME, 0, length)) {
      metricName = count;
    }
    count++;
  }

  /** Goes over a text piece by piece, each belonging to those before it. */
  private void fingerprintLong(int begin, int length) {
    long high = length;
    long low = 0;
    for (int from = 0; from < length; from += Fingerprint.MAX_BYTES) {
      int to = Math.min(length, from + Fingerprint.MAX_BYTES);
      fingerprint.of(high, low, bytes, begin + from, begin + to);
      high = fingerprint.high();
      low = fingerprint.low();
    }
  }

  private void grow() {
    int longer = 2 * count;
    starts = Arrays.copyOf(starts, longer);
    lengths = Arrays.copyOf(lengths, longer);
    highs = Arrays.copyOf(highs, longer);
    lows = Arrays.copyOf(lows, longer);
    texts = Arrays.copyOf(texts, longer);
  }

  int count() {
    return count;
  }

  /** Returns the number of the symbol {@code __name__}, or -1 if there is none. */
  int metricName() {
    return metricName;
  }

  /** Returns the first halves of the symbols' fingerprints, by number. */
  long[] highs() {
    return highs;
  }

  /** Returns the other halves. */
  long[] lows() {
    return lows;
  }

  /** Returns how many bytes of UTF-8 a symbol has. */
  int bytes(int symbol) {
    return lengths[symbol];
  }

  /** Returns a symbol's text, for what {@code what} says. */
  String text(int symbol, String what) throws MalformedPayloadException {
    String known = texts[symbol];
    if (known == null) {
      // From the length in front of the text on, as the text of any field is read.
      text.reset(bytes, starts[symbol], bytes.length);
      known = text.text(what);
      text.release();
      texts[symbol] = known;
    }
    return known;
  }

  /** Lets go of the request's bytes. */
  void release() {
    bytes = new byte[0];
  }
}
