package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.codec.series.SampleColumns;
import dev.guanlan.model.MetricMetadata;
import java.util.Arrays;

/**
 * Reads what remote write 2.0 says of each series, and says it once for each metric of a request:
 * hundreds of series of one metric say the same.
 */
final class SymbolMetadata {

  private static final String HELP = "a metric's help";

  private final Symbols symbols;
  private final HeapBudget budget;
  private final SampleColumns columns;

  /** What was said last of the metric whose name is symbol {@code i}, at {@code 3 * i}. */
  private int[] said = new int[0];

  private int type;
  private long helpRef;
  private long unitRef;

  SymbolMetadata(Symbols symbols, HeapBudget budget, SampleColumns columns) {
    this.symbols = symbols;
    this.budget = budget;
    this.columns = columns;
  }

  /** Starts over; the request's symbols are known. */
  void start() {
    int used = 3 * symbols.count();
    if (said.length < used || said.length > 8 * used + 8192) {
      said = new int[used];
    }
    Arrays.fill(said, 0, used, -1);
  }

  /** Reads the metadata of the current series, whose length is next. */
  void read(ProtoReader in) throws MalformedPayloadException {
    long number = 0;
    helpRef = 0;
    unitRef = 0;
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case 1 << 3 -> number = in.varint();
        case 3 << 3 -> helpRef = in.varint();
        case 4 << 3 -> unitRef = in.varint();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    type = MetricTypes.number(MetricTypes.of(number));
  }

  /** Takes what was read last as what is known of the series with the given labels. */
  void describe(SymbolRefs labels) throws MalformedPayloadException {
    int name = nameOf(labels);
    if (name < 0 || (type | helpRef | unitRef) == 0) {
      return;
    }
    int help = known(helpRef);
    int unit = known(unitRef);
    if (said[3 * name] == type && said[3 * name + 1] == help && said[3 * name + 2] == unit) {
      return;
    }
    said[3 * name] = type;
    said[3 * name + 1] = help;
    said[3 * name + 2] = unit;
    MetricMetadata.Type kind = MetricTypes.of(type);
    String metric = family(symbols.text(name, "a metric's name"), kind);
    budget.chargeText(metric.length() + symbols.bytes(help) + symbols.bytes(unit));
    columns.metadata(
        new MetricMetadata(
            metric, kind, symbols.text(help, HELP), symbols.text(unit, "a metric's unit")));
  }

  private int nameOf(SymbolRefs labels) {
    int metricName = symbols.metricName();
    for (int i = 0; i < labels.count(); i += 2) {
      if (labels.get(i) == metricName) {
        return labels.get(i + 1);
      }
    }
    return -1;
  }

  private int known(long ref) throws MalformedPayloadException {
    if (ref < 0 || ref >= symbols.count()) {
      throw new MalformedPayloadException(
          "the metadata of a series refers to symbol "
              + Long.toUnsignedString(ref)
              + " where there are "
              + symbols.count()
              + "; correct it at the sender");
    }
    return (int) ref;
  }

  /** Returns the name of the metric that a series of this name is part of. */
  private static String family(String name, MetricMetadata.Type type) {
    return switch (type) {
      case HISTOGRAM, GAUGE_HISTOGRAM ->
          without(without(without(name, "_bucket"), "_sum"), "_count");
      case SUMMARY -> without(without(name, "_sum"), "_count");
      default -> name;
    };
  }

  private static String without(String name, String suffix) {
    return name.endsWith(suffix) && name.length() > suffix.length()
        ? name.substring(0, name.length() - suffix.length())
        : name;
  }
}
