package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.codec.series.SampleColumns;
import dev.guanlan.model.Labels;
import java.util.Arrays;

/**
 * Notes where the exemplars of a data point are and adds them once it is known to which series they
 * belong, as Prometheus' OTLP receiver does: labelled with trace and span, and with the attributes
 * that were filtered out if all together is short.
 */
final class ExemplarReader {

  private static final int TIME = 2 << 3 | 1;
  private static final int DOUBLE = 3 << 3 | 1;
  private static final int SPAN_ID = 4 << 3 | 2;
  private static final int TRACE_ID = 5 << 3 | 2;
  private static final int INT = 6 << 3 | 1;
  private static final int ATTRIBUTES = 7 << 3 | 2;

  /** As OpenMetrics bounds an exemplar's labels, names and values together. */
  private static final int MAX_CHARACTERS = 128;

  /** An array up to this length is kept from one point to the next. */
  private static final int KEPT = 4096;

  private final OtlpInput input;
  private final ProtoReader in;
  private final AttributesReader attributes;

  /**
   * Positions of the exemplars' lengths, in the lower half; what they are sorted by in the upper.
   */
  private long[] places = new long[16];

  private int count;
  private int next;
  private double value;
  private long time;
  private String trace = "";
  private String span = "";

  ExemplarReader(OtlpInput input) {
    this.input = input;
    this.in = input.in;
    this.attributes = new AttributesReader(input);
  }

  /** Forgets the exemplars of the point before. */
  void clear() {
    if (places.length > KEPT) {
      places = new long[16];
    }
    count = 0;
    next = 0;
  }

  /** Notes the exemplar whose length is next, and passes over it. */
  void note(int tag) throws MalformedPayloadException {
    if (count == places.length) {
      input.budget.charge((long) Long.BYTES * count);
      places = Arrays.copyOf(places, 2 * count);
    }
    places[count++] = in.position();
    in.skip(tag);
  }

  /** Sorts by the buckets of a histogram that the exemplars' values are in. */
  void sortByBucket(double[] bounds, int boundCount) throws MalformedPayloadException {
    for (int i = 0; i < count; i++) {
      read((int) places[i]);
      int found = Arrays.binarySearch(bounds, 0, boundCount, value);
      long bucket = found < 0 ? -found - 1 : found;
      places[i] |= bucket << Integer.SIZE;
    }
    Arrays.sort(places, 0, count);
  }

  /**
   * Adds the exemplars that belong to a bucket and were not added before to the series that is
   * ended next.
   */
  void addOfBucket(int bucket, SampleColumns columns) throws MalformedPayloadException {
    while (next < count && places[next] >>> Integer.SIZE <= bucket) {
      add((int) places[next++], columns);
    }
  }

  /** Adds all exemplars to the series that is ended next. */
  void addAll(SampleColumns columns) throws MalformedPayloadException {
    addOfBucket(Integer.MAX_VALUE, columns);
  }

  private void add(int position, SampleColumns columns) throws MalformedPayloadException {
    read(position);
    int characters = 0;
    attributes.sort();
    for (int i = 0; i < attributes.size(); i++) {
      characters += attributes.name(i).length() + attributes.value(i).length();
    }
    characters += trace.isEmpty() ? 0 : "trace_id".length() + trace.length();
    characters += span.isEmpty() ? 0 : "span_id".length() + span.length();
    if (characters > MAX_CHARACTERS) {
      attributes.clear();
    }
    // The ids win over attributes of their names.
    attributes.add("trace_id", trace);
    attributes.add("span_id", span);
    Labels labels = attributes.take();
    columns.exemplar(labels, value, time / SampleColumns.NANOS_A_MILLI);
  }

  /** Reads the exemplar whose length is at a position, and returns to where the reader was. */
  private void read(int position) throws MalformedPayloadException {
    int back = in.position();
    int limit = in.limit();
    in.moveTo(position, limit);
    attributes.clear();
    value = 0;
    time = 0;
    trace = "";
    span = "";
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case TIME -> time = input.nanos("an exemplar's time");
        case DOUBLE -> value = in.float64();
        case INT -> value = (double) in.fixed64();
        case TRACE_ID -> trace = input.id("a trace id", 16);
        case SPAN_ID -> span = input.id("a span id", 8);
        case ATTRIBUTES -> attributes.read();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    in.moveTo(back, limit);
  }
}
