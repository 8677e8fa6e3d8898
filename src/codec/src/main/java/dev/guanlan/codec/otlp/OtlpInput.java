package dev.guanlan.codec.otlp;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.RawRecord;
import java.util.HexFormat;

/** Reads what the three signals share, field by field, and counts what it costs. */
final class OtlpInput {

  private static final HexFormat HEX = HexFormat.of();
  private static final int BYTES_AN_ENTRY = 128;

  final DecoderLimits limits;
  final HeapBudget budget;
  final ProtoReader in = new ProtoReader();
  private int entries;

  OtlpInput(DecoderLimits limits) {
    this.limits = limits;
    this.budget = new HeapBudget(limits);
  }

  /** Starts on a record's payload. */
  void open(RawRecord raw) throws MalformedPayloadException {
    byte[] payload = raw.payload();
    limits.checkLength("the request has", payload.length, "send smaller batches");
    budget.reset();
    entries = 0;
    in.reset(payload, 0, payload.length);
  }

  /** Lets go of the payload. */
  void close() {
    in.release();
  }

  /** Counts one entry, event, link or resource. */
  void countEntry() throws MalformedPayloadException {
    if (++entries > limits.maxEntries()) {
      throw new PayloadTooLargeException(
          "the request has more than "
              + limits.maxEntries()
              + " entries, which is a fixed limit; send smaller batches");
    }
    budget.charge(BYTES_AN_ENTRY);
  }

  String text(String what) throws MalformedPayloadException {
    String text = in.text(what);
    budget.chargeText(text.length());
    return text;
  }

  /** Reads a time in nanoseconds since the epoch; 0 if unknown. */
  long nanos(String what) throws MalformedPayloadException {
    int where = in.position();
    long nanos = in.fixed64();
    if (nanos < 0) {
      throw in.malformed(what + " " + Long.toUnsignedString(nanos) + " after the year 2262", where);
    }
    return nanos;
  }

  /**
   * Reads a trace or span id.
   *
   * @param length how many bytes it must have
   * @return lower-case hexadecimal digits; empty if there is none, or only zeros, which means none
   */
  String id(String what, int length) throws MalformedPayloadException {
    int where = in.position();
    byte[] id = in.copy();
    if (id.length != 0 && id.length != length) {
      throw in.malformed(what + " of " + id.length + " bytes instead of " + length, where);
    }
    int all = 0;
    for (byte part : id) {
      all |= part;
    }
    if (all == 0) {
      return "";
    }
    budget.chargeText(2L * length);
    return HEX.formatHex(id);
  }
}
