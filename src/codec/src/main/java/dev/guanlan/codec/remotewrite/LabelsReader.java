package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.Labels;
import java.util.Arrays;

/**
 * Reads a series' label fields and checks them as Prometheus' receiver does: a metric name, names
 * that are not empty and do not repeat, everything valid UTF-8.
 */
final class LabelsReader {

  static final int LABELS = 1 << 3 | 2;
  private static final int NAME = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  private final DecoderLimits limits;
  private final HeapBudget budget;
  private final ProtoReader in = new ProtoReader();
  private String[] pairs = new String[32];
  private int size;

  LabelsReader(DecoderLimits limits, HeapBudget budget) {
    this.limits = limits;
    this.budget = budget;
  }

  /** Reads the label fields among {@code bytes[from..to)}, part of the series-th TimeSeries. */
  Labels read(byte[] bytes, int from, int to, int series) throws MalformedPayloadException {
    size = 0;
    in.reset(bytes, from, to);
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == LABELS) {
        int outer = in.enter();
        readLabel(series);
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
    in.release();
    sort();
    check(series);
    Labels labels = Labels.of(Arrays.copyOf(pairs, 2 * size));
    Arrays.fill(pairs, 0, 2 * size, null);
    return labels;
  }

  private void readLabel(int series) throws MalformedPayloadException {
    if (size == limits.maxLabels()) {
      throw new MalformedPayloadException(
          "series "
              + series
              + " of the request has more than "
              + limits.maxLabels()
              + " labels: "
              + quoteSoFar()
              + "; drop labels at the sender");
    }
    String name = "";
    String value = "";
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case NAME -> name = in.text("a label's name", limits.maxLabelNameBytes());
        case VALUE ->
            value =
                in.text("the value of the label " + Excerpt.of(name), limits.maxLabelValueBytes());
        default -> in.skip(tag);
      }
    }
    if (name.isEmpty()) {
      throw new MalformedPayloadException(
          "series "
              + series
              + " of the request has a label without a name, with the value "
              + Excerpt.of(value)
              + "; correct it at the sender");
    }
    budget.chargeText(name.length());
    budget.chargeText(value.length());
    if (pairs.length < 2 * size + 2) {
      pairs = Arrays.copyOf(pairs, 2 * pairs.length);
    }
    pairs[2 * size] = name;
    pairs[2 * size + 1] = value;
    size++;
  }

  /** Sorts by insertion: senders sort already, as the protocol asks, and there are few. */
  private void sort() {
    for (int i = 1; i < size; i++) {
      String name = pairs[2 * i];
      String value = pairs[2 * i + 1];
      int hole = i;
      while (hole > 0 && pairs[2 * hole - 2].compareTo(name) > 0) {
        pairs[2 * hole] = pairs[2 * hole - 2];
        pairs[2 * hole + 1] = pairs[2 * hole - 1];
        hole--;
      }
      pairs[2 * hole] = name;
      pairs[2 * hole + 1] = value;
    }
  }

  private void check(int series) throws MalformedPayloadException {
    boolean named = false;
    for (int i = 0; i < size; i++) {
      if (i > 0 && pairs[2 * i].equals(pairs[2 * i - 2])) {
        throw new MalformedPayloadException(
            "series "
                + series
                + " of the request has the label "
                + Excerpt.of(pairs[2 * i])
                + " twice: "
                + quoteSoFar()
                + "; correct it at the sender");
      }
      named |= pairs[2 * i].equals(Labels.METRIC_NAME) && !pairs[2 * i + 1].isEmpty();
    }
    if (!named) {
      throw new MalformedPayloadException(
          "series "
              + series
              + " of the request has no metric name (the label __name__): "
              + quoteSoFar()
              + "; check the sender's relabelling");
    }
  }

  private String quoteSoFar() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(size, 8); i++) {
      text.append(i == 0 ? "" : ", ").append(pairs[2 * i]).append('=').append(pairs[2 * i + 1]);
    }
    return Excerpt.of(text.toString());
  }
}
