package dev.guanlan.codec.deepflow;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Is one of a flow's two ends; its columns end in {@code _0} or {@code _1}. */
enum FlowEnd {
  /** Who opened the connection. */
  CLIENT("_0"),
  /** Who was called. */
  SERVER("_1");

  /** Columns whose presence says that DeepFlow knows the end as a resource. */
  private static final List<String> KNOWN =
      List.of(
          "pod",
          "pod_id",
          "pod_node",
          "pod_node_id",
          "gprocess",
          "gprocess_id",
          "chost",
          "chost_id",
          "l3_device",
          "l3_device_id");

  /** Attributes by column: OpenTelemetry's names, and our own where it has none. */
  private static final Map<String, String> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("pod_cluster", "k8s.cluster.name"),
          Map.entry("pod_ns", "k8s.namespace.name"),
          Map.entry("pod_node", "k8s.node.name"),
          Map.entry("pod", "k8s.pod.name"),
          Map.entry("pod_service", "k8s.service.name"),
          Map.entry("chost", "host.name"),
          Map.entry("process_id", "process.pid"),
          Map.entry("process_kname", "process.executable.name"),
          Map.entry("region", "cloud.region"),
          Map.entry("az", "cloud.availability_zone"),
          Map.entry("l3_epc", "deepflow.vpc"),
          Map.entry("subnet", "deepflow.subnet"),
          Map.entry("gprocess", "deepflow.process"),
          Map.entry("auto_instance", "deepflow.auto_instance"),
          Map.entry("auto_service", "deepflow.auto_service"));

  private static final Map<String, String> WORKLOADS =
      Map.of(
          "deployment", "k8s.deployment.name",
          "statefulset", "k8s.statefulset.name",
          "daemonset", "k8s.daemonset.name",
          "replicaset", "k8s.replicaset.name",
          "cronjob", "k8s.cronjob.name",
          "job", "k8s.job.name");

  private static final String NO_ADDRESS = "0.0.0.0";

  private final String suffix;

  FlowEnd(String suffix) {
    this.suffix = suffix;
  }

  /** Returns whether DeepFlow knows the end as more than an address. */
  boolean known(Row row) {
    return KNOWN.stream().anyMatch(name -> row.has(name + suffix));
  }

  /** Returns the end's address as text; empty if unknown. */
  String address(Row row) throws MalformedPayloadException {
    String four = dotted(row, "ip4" + suffix);
    String six = row.text("ip6" + suffix);
    boolean isSix =
        four.isEmpty() || (four.equals(NO_ADDRESS) && !six.isEmpty() && !six.equals("::"));
    String own = isSix ? six : four;
    return own.isEmpty() ? dotted(row, "ip" + suffix) : own;
  }

  private static String dotted(Row row, String column) throws MalformedPayloadException {
    String text = row.text(column);
    if (!row.isNumber(column) || text.indexOf('.') >= 0) {
      return text;
    }
    long bits = row.number(column);
    return "%d.%d.%d.%d"
        .formatted(bits >> 24 & 0xFF, bits >> 16 & 0xFF, bits >> 8 & 0xFF, bits & 0xFF);
  }

  /** Returns what the end is, as attributes. */
  Labels attributes(Row row, int atMost) {
    TreeMap<String, String> attributes = new TreeMap<>();
    ATTRIBUTES.forEach(
        (column, attribute) -> {
          if (row.has(column + suffix)) {
            attributes.put(attribute, row.text(column + suffix));
          }
        });
    String service = row.text("auto_service" + suffix);
    // An end that belongs to no service has its address there.
    if (!service.isEmpty() && service.chars().anyMatch(FlowEnd::isInNamesOnly)) {
      attributes.put("service.name", service);
    }
    String workload = row.text("pod_group" + suffix);
    String kind =
        row.text("pod_group_type" + suffix).toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    if (!workload.isEmpty()) {
      attributes.put(WORKLOADS.getOrDefault(kind, "deepflow.pod_group"), workload);
    }
    pairs(
        row.list("k8s_label_names" + suffix),
        row.list("k8s_label_values" + suffix),
        (name, value) -> {
          if (attributes.size() < atMost) {
            attributes.put("k8s.pod.label." + name, value);
          }
        });
    return Labels.of(attributes);
  }

  private static boolean isInNamesOnly(int c) {
    return Character.digit(c, 16) < 0 && c != '.' && c != ':';
  }

  /** Gives {@code out} the pairs of two lists, as many as both have. */
  static void pairs(List<String> names, List<String> values, BiConsumer<String, String> out) {
    for (int i = 0; i < Math.min(names.size(), values.size()); i++) {
      if (!names.get(i).isEmpty()) {
        out.accept(names.get(i), values.get(i));
      }
    }
  }
}
