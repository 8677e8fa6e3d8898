package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.Labels;

/** Reads the label fields of remote write 1.0, which are valid UTF-8. */
final class LabelsReader {

  static final int LABELS = 1 << 3 | 2;
  private static final int NAME = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  private final DecoderLimits limits;
  private final LabelPairs pairs;
  private final ProtoReader in = new ProtoReader();

  LabelsReader(DecoderLimits limits, LabelPairs pairs) {
    this.limits = limits;
    this.pairs = pairs;
  }

  /** Reads the label fields among {@code bytes[from..to)}, part of the series-th TimeSeries. */
  Labels series(byte[] bytes, int from, int to, int series) throws MalformedPayloadException {
    pairs.start(series);
    in.reset(bytes, from, to);
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == LABELS) {
        label(in);
      } else {
        in.skip(tag);
      }
    }
    in.release();
    return pairs.series();
  }

  /** Reads one label, whose length is next. */
  void label(ProtoReader from) throws MalformedPayloadException {
    int outer = from.enter();
    String name = "";
    String value = "";
    while (from.hasMore()) {
      int tag = from.tag();
      switch (tag) {
        case NAME -> name = from.text("a label's name", limits.maxLabelNameBytes());
        case VALUE ->
            value =
                from.text(
                    "the value of the label " + Excerpt.of(name), limits.maxLabelValueBytes());
        default -> from.skip(tag);
      }
    }
    from.leave(outer);
    pairs.add(name, value);
  }
}
