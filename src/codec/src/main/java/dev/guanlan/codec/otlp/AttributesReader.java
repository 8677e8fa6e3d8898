package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.Labels;
import java.util.Arrays;

/**
 * Collects attributes. A name that repeats has the value given last; an attribute without a name or
 * without a value is no attribute.
 */
final class AttributesReader {

  private static final int KEY = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  private final OtlpInput input;
  private final ProtoReader in;
  private final AnyValueReader values;
  private String[] pairs = new String[32];
  private int size;

  AttributesReader(OtlpInput input) {
    this.input = input;
    this.in = input.in;
    this.values = new AnyValueReader(input);
  }

  /** Forgets what was collected. */
  void clear() {
    Arrays.fill(pairs, 0, 2 * size, null);
    size = 0;
  }

  /** Returns how many attributes {@link #sort} left. */
  int size() {
    return size;
  }

  String name(int index) {
    return pairs[2 * index];
  }

  String value(int index) {
    return pairs[2 * index + 1];
  }

  /** Reads the KeyValue whose length is next. */
  void read() throws MalformedPayloadException {
    int outer = in.enter();
    String name = "";
    String value = "";
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case KEY -> {
          name = in.text("an attribute's name", input.limits.maxLabelNameBytes());
          input.budget.chargeText(name.length());
        }
        case VALUE -> value = values.read();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    add(name, value);
  }

  /** Reads an AnyValue that stands alone. */
  String readValue() throws MalformedPayloadException {
    return values.read();
  }

  void add(String name, String value) throws MalformedPayloadException {
    if (name.isEmpty()) {
      return;
    }
    if (size == input.limits.maxLabels()) {
      throw in.malformed(
          "more than "
              + input.limits.maxLabels()
              + " attributes of one resource or entry, which is the limit,",
          in.position());
    }
    if (pairs.length < 2 * size + 2) {
      pairs = Arrays.copyOf(pairs, 2 * pairs.length);
    }
    pairs[2 * size] = name;
    pairs[2 * size + 1] = value;
    size++;
  }

  /** Puts the attributes in ascending order of names and drops those that do not count. */
  void sort() {
    // By insertion, which keeps the order of equal names; there are few.
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
    int kept = 0;
    for (int i = 0; i < size; i++) {
      boolean repeats = i + 1 < size && pairs[2 * i].equals(pairs[2 * i + 2]);
      if (!repeats && !pairs[2 * i + 1].isEmpty()) {
        pairs[2 * kept] = pairs[2 * i];
        pairs[2 * kept + 1] = pairs[2 * i + 1];
        kept++;
      }
    }
    Arrays.fill(pairs, 2 * kept, 2 * size, null);
    size = kept;
  }

  /** Returns the attributes collected since {@link #clear}, and clears. */
  Labels take() throws MalformedPayloadException {
    sort();
    Labels labels = Labels.of(Arrays.copyOf(pairs, 2 * size));
    input.budget.charge(48 + 16L * size);
    clear();
    return labels;
  }
}
