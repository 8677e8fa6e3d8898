package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.model.Labels;
import java.util.Arrays;

/**
 * Collects the labels of one series or exemplar and checks them as Prometheus' receiver does: names
 * that are not empty and do not repeat, and a metric name where it is a series. For one thread.
 */
final class LabelPairs {

  private final DecoderLimits limits;
  private final HeapBudget budget;
  private String[] pairs = new String[32];
  private int size;
  private int series;

  LabelPairs(DecoderLimits limits, HeapBudget budget) {
    this.limits = limits;
    this.budget = budget;
  }

  /**
   * Starts over, with labels of the given series of the request, counted from 1, or its exemplar.
   */
  void start(int ofSeries) {
    Arrays.fill(pairs, 0, 2 * size, "");
    series = ofSeries;
    size = 0;
  }

  void add(String name, String value) throws MalformedPayloadException {
    if (size == limits.maxLabels()) {
      throw new MalformedPayloadException(
          "series "
              + series
              + " of the request has more than "
              + limits.maxLabels()
              + " labels, which is a fixed limit: "
              + quoteSoFar()
              + "; drop labels at the sender");
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

  /** Returns the labels of a series. */
  Labels series() throws MalformedPayloadException {
    sort();
    boolean named = false;
    for (int i = 0; i < size; i++) {
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
    return Labels.of(Arrays.copyOf(pairs, 2 * size));
  }

  /** Returns the labels of an exemplar, which may be none. */
  Labels exemplar() throws MalformedPayloadException {
    sort();
    return Labels.of(Arrays.copyOf(pairs, 2 * size));
  }

  /** Sorts by insertion: senders sort already, as the protocol asks, and there are few. */
  private void sort() throws MalformedPayloadException {
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
    for (int i = 1; i < size; i++) {
      if (pairs[2 * i].equals(pairs[2 * i - 2])) {
        throw new MalformedPayloadException(
            "series "
                + series
                + " of the request has the label "
                + Excerpt.of(pairs[2 * i])
                + " twice: "
                + quoteSoFar()
                + "; correct it at the sender");
      }
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
