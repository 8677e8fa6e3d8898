package dev.guanlan.codec.deepflow;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decodes rows of the tables {@code flow_metrics.*} as samples: a series for each metric, as {@code
 * deepflow_network_map_byte_tx}, whose labels are the row's tags. A value is that of one interval,
 * so it is a gauge: {@code sum_over_time} adds intervals up.
 *
 * <p>Of the rows of a path those of one observation point count. Logs give empty blocks.
 */
public final class DeepFlowSamplesDecoder implements Decoder<SampleBlock> {

  private static final String METRIC_PREFIX = "deepflow_";

  /** Numbers that say what a row is about. All other numbers are metrics. */
  private static final Set<String> TAGS =
      Set.of(
          "protocol",
          "l7_protocol",
          "role",
          "direction",
          "status",
          "server_port",
          "tap_port",
          "tap_side",
          "tap_type",
          "capture_nic",
          "observation_point",
          "signal_source",
          "tag_source",
          "acl_gid",
          "ip4",
          "ip6",
          "ip",
          "mac",
          "agent",
          "vtap",
          "biz_type");

  private static final List<String> TAG_ENDINGS = List.of("_id", "_type", "_source");
  private static final List<String> NO_LABELS = List.of("datasource", "time", "time_str");

  private final DecoderLimits limits;
  private final RowReader reader;

  /** Makes a decoder. */
  public DeepFlowSamplesDecoder(DecoderLimits limits) {
    this.limits = limits;
    this.reader = new RowReader(limits);
  }

  @Override
  public SampleBlock decode(RawRecord raw) throws MalformedPayloadException {
    Row row = reader.read(raw);
    Table table = Table.of(row, raw);
    SampleBlock.Builder block = SampleBlock.builder(raw.tenant(), raw.origin());
    boolean counts =
        switch (table.kind()) {
          case METRICS -> true;
          case PATH_METRICS -> ObservationPoint.of(row).counts(row);
          case FLOWS, REQUESTS -> false;
        };
    if (counts) {
      add(row, raw, table, block);
    }
    return block.build();
  }

  private void add(Row row, RawRecord raw, Table table, SampleBlock.Builder block)
      throws MalformedPayloadException {
    Map<String, String> labels = labels(row);
    labels.put("interval", table.interval());
    long seconds = Requests.seconds(row);
    long millis = seconds == 0 ? raw.receivedAtMillis() : seconds * 1_000;
    for (String name : row.columns()) {
      if (row.isNumber(name) && !isTag(name)) {
        labels.put(Labels.METRIC_NAME, METRIC_PREFIX + table.name() + "_" + labelName(name));
        block.series(Labels.of(labels)).sample(millis, row.real(name));
      }
    }
  }

  private Map<String, String> labels(Row row) throws MalformedPayloadException {
    TreeMap<String, String> labels = new TreeMap<>();
    for (String name : row.columns()) {
      if (!NO_LABELS.contains(name) && (!row.isNumber(name) || isTag(name))) {
        put(labels, labelName(name), row.text(name));
      }
    }
    for (String suffix : List.of("", "_0", "_1")) {
      List<String> names = row.list("k8s_label_names" + suffix);
      List<String> values = row.list("k8s_label_values" + suffix);
      for (int i = 0; i < Math.min(names.size(), values.size()); i++) {
        put(labels, "k8s_label_" + labelName(names.get(i)) + suffix, values.get(i));
      }
    }
    String point = ObservationPoint.of(row).code();
    if (!point.isEmpty()) {
      labels.remove("tap_side");
      labels.put("observation_point", point);
    }
    return labels;
  }

  private void put(Map<String, String> labels, String name, String value)
      throws MalformedPayloadException {
    if (value.length() > limits.maxLabelValueBytes()) {
      throw new PayloadTooLargeException(
          "the tag %s of DeepFlow's record has %d characters where %d are allowed, which is a fixed limit; export fewer fields"
              .formatted(Excerpt.of(name), value.length(), limits.maxLabelValueBytes()));
    }
    labels.put(name, value);
    if (labels.size() > limits.maxLabels()) {
      throw new PayloadTooLargeException(
          "DeepFlow's record has more than %d tags, which is a fixed limit; export fewer fields"
              .formatted(limits.maxLabels()));
    }
  }

  private static boolean isTag(String name) {
    String bare =
        name.endsWith("_0") || name.endsWith("_1") ? name.substring(0, name.length() - 2) : name;
    return NO_LABELS.contains(bare)
        || TAGS.contains(bare)
        || bare.startsWith("is_")
        || TAG_ENDINGS.stream().anyMatch(bare::endsWith);
  }

  private static String labelName(String name) {
    StringBuilder label = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean valid =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      label.append(valid ? c : '_');
    }
    return label.toString();
  }
}
