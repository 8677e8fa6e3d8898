package dev.guanlan.codec.cloudquery;

import dev.guanlan.model.Labels;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes a resource's attributes of a row, in OpenTelemetry's names and, where it has none, in its
 * namespace {@code cloud.resource}.
 *
 * <p>A cloud resource is what has an ARN, a self link (Google) or a path as id (Azure), or else an
 * id or name within account and region. What OpenTelemetry knows by names of its own keeps those
 * too: an instance is the host {@code host.id}, rows of Kubernetes are pods, nodes and workloads.
 */
final class CloudResources {

  /** What the columns of tags begin with, before the tag's key. */
  static final String TAG = "tags.";

  private static final List<String> TAG_COLUMNS = List.of("tags", "labels", "tags_all");
  private static final List<String> IDS = List.of("arn", "self_link", "id", "uid");
  private static final List<String> NAMES =
      List.of("name", "db_instance_identifier", "instance_id", "title", "display_name");
  private static final List<String> ACCOUNTS =
      List.of("account_id", "project_id", "subscription_id");
  private static final List<String> REGIONS = List.of("region", "location");
  private static final List<String> ZONES =
      List.of("availability_zone", "zone", "placement_availability_zone");

  /** Columns that are passed on as they are, of all that a table may have. */
  private static final List<String> FACTS =
      List.of(
          "instance_type",
          "db_instance_class",
          "engine",
          "engine_version",
          "machine_type",
          "vpc_id",
          "subnet_id",
          "private_ip_address",
          "public_ip_address",
          "private_dns_name",
          "state",
          "status",
          "version",
          "kind",
          "sku");

  /** Tables whose rows are machines that agents know by {@code host.id}, with the column of it. */
  private static final Map<String, String> HOSTS =
      Map.of("aws_ec2_instances", "instance_id", "gcp_compute_instances", "id");

  /** Tables of Kubernetes' objects by the attribute of their names. */
  private static final Map<String, String> KUBERNETES =
      Map.of(
          "k8s_core_pods", "k8s.pod.name",
          "k8s_core_nodes", "k8s.node.name",
          "k8s_core_namespaces", "k8s.namespace.name",
          "k8s_apps_deployments", "k8s.deployment.name",
          "k8s_apps_stateful_sets", "k8s.statefulset.name",
          "k8s_apps_daemon_sets", "k8s.daemonset.name",
          "k8s_batch_jobs", "k8s.job.name",
          "k8s_batch_cron_jobs", "k8s.cronjob.name");

  private static final String KUBERNETES_PREFIX = "k8s_";

  private CloudResources() {}

  static boolean isTags(String column) {
    return TAG_COLUMNS.contains(column);
  }

  /** Returns a row's attributes; none if the row names nothing. */
  static Labels of(String table, Map<String, String> row, int atMost) {
    if (table.startsWith(KUBERNETES_PREFIX)) {
      return kubernetes(table, row);
    }
    String id = first(row, IDS);
    String name = first(row, NAMES);
    if (id.isEmpty() && name.isEmpty()) {
      return Labels.EMPTY;
    }
    TreeMap<String, String> attributes = new TreeMap<>();
    int underscore = table.indexOf('_');
    attributes.put("cloud.provider", underscore < 0 ? table : table.substring(0, underscore));
    attributes.put("cloud.resource.type", table);
    attributes.put("cloud.resource_id", unique(id) ? id : "");
    attributes.put("cloud.resource.id", id);
    attributes.put("cloud.resource.name", name);
    attributes.put("cloud.account.id", first(row, ACCOUNTS));
    attributes.put("cloud.region", first(row, REGIONS));
    attributes.put("cloud.availability_zone", first(row, ZONES));
    String host = HOSTS.get(table);
    if (host != null) {
      attributes.put("host.id", row.getOrDefault(host, ""));
    }
    for (String fact : FACTS) {
      attributes.put("cloud.resource." + fact, row.getOrDefault(fact, ""));
    }
    row.forEach(
        (column, text) -> {
          if (column.startsWith(TAG) && attributes.size() < atMost) {
            attributes.put("cloud.resource.tag." + column.substring(TAG.length()), text);
          }
        });
    return Labels.of(attributes);
  }

  /** Returns whether an id is so in all the world: an ARN, a URL, or a path. */
  private static boolean unique(String id) {
    return id.startsWith("arn:") || id.startsWith("https://") || id.startsWith("/");
  }

  private static Labels kubernetes(String table, Map<String, String> row) {
    String attribute = KUBERNETES.get(table);
    String name = row.getOrDefault("name", "");
    if (attribute == null || name.isEmpty()) {
      return Labels.EMPTY;
    }
    TreeMap<String, String> attributes = new TreeMap<>();
    attributes.put("k8s.namespace.name", row.getOrDefault("namespace", ""));
    attributes.put(attribute, name);
    attributes.put("k8s.cluster.name", row.getOrDefault("context", ""));
    if (table.equals("k8s_core_pods")) {
      attributes.put("k8s.pod.uid", row.getOrDefault("uid", ""));
      attributes.put("k8s.node.name", row.getOrDefault("spec_node_name", ""));
    }
    return Labels.of(attributes);
  }

  private static String first(Map<String, String> row, List<String> columns) {
    for (String column : columns) {
      String text = row.getOrDefault(column, "");
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }
}
