package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.LabelCollector;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.Labels;

/** Reads attributes, one KeyValue after another. */
final class AttributesReader {

  private static final int KEY = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  private final OtlpInput input;
  private final ProtoReader in;
  private final AnyValueReader values;
  private final LabelCollector collected;

  AttributesReader(OtlpInput input) {
    this.input = input;
    this.in = input.in;
    this.values = new AnyValueReader(input);
    this.collected = new LabelCollector(input.limits, input.budget);
  }

  /** Forgets what was collected. */
  void clear() {
    collected.clear();
  }

  /** Returns how many attributes {@link #sort} left. */
  int size() {
    return collected.size();
  }

  String name(int index) {
    return collected.name(index);
  }

  String value(int index) {
    return collected.value(index);
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
    collected.add(name, value);
  }

  /** Puts the attributes in ascending order of names and drops those that do not count. */
  void sort() {
    collected.sort();
  }

  /** Returns the attributes collected since {@link #clear}, and clears. */
  Labels take() throws MalformedPayloadException {
    return collected.take();
  }
}
