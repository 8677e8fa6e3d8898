package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;

/** Collects the references of one series or exemplar: a label's name and its value in turn. */
final class SymbolRefs {

  private final int[] refs;
  private int count;

  SymbolRefs(int maxLabels) {
    refs = new int[2 * maxLabels];
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  int get(int i) {
    return refs[i];
  }

  /** Returns the references, valid up to {@link #count}. */
  int[] all() {
    return refs;
  }

  /** Reads a field of references in a row, whose length is next. */
  void readPacked(ProtoReader in, int symbols, int series) throws MalformedPayloadException {
    int outer = in.enter();
    while (in.hasMore()) {
      read(in, symbols, series);
    }
    in.leave(outer);
  }

  /** Reads one reference. */
  void read(ProtoReader in, int symbols, int series) throws MalformedPayloadException {
    long ref = in.varint();
    if (ref < 0 || ref >= symbols) {
      throw new MalformedPayloadException(
          "series "
              + series
              + " of the request refers to symbol "
              + Long.toUnsignedString(ref)
              + " where there are "
              + symbols
              + "; correct it at the sender");
    }
    if (count == refs.length) {
      throw new MalformedPayloadException(
          "series "
              + series
              + " of the request has more than "
              + refs.length / 2
              + " labels; drop labels at the sender");
    }
    refs[count++] = (int) ref;
  }

  /** Checks that every name has a value. */
  void checkPairs(int series) throws MalformedPayloadException {
    if (count % 2 != 0) {
      throw new MalformedPayloadException(
          "series "
              + series
              + " of the request has a label name without a value; correct it at the sender");
    }
  }
}
