package dev.guanlan.rules.template;

import java.util.List;
import java.util.Map;

/**
 * Says where in the topology what an alert is about belongs, and who feels it: {@code $topology}. A
 * part that is not known is empty.
 *
 * @param cluster name of the Kubernetes cluster
 * @param namespace Kubernetes namespace, or else the namespace of the service
 * @param workload name of the deployment, stateful set, daemon set, job or cron job
 * @param node name of the Kubernetes node, or else of the host
 * @param service name of the service
 * @param owner who answers for it
 * @param dependants names of the services that call the service, in their order
 */
public record AlertPlace(
    String cluster,
    String namespace,
    String workload,
    String node,
    String service,
    String owner,
    List<String> dependants) {

  /** Nothing is known. */
  public static final AlertPlace NONE = new AlertPlace("", "", "", "", "", "", List.of());

  /** How templates name the parts. */
  static final List<String> FIELDS =
      List.of("cluster", "namespace", "workload", "node", "service", "owner", "dependants");

  /** Makes a place; the list is copied. */
  public AlertPlace {
    dependants = List.copyOf(dependants);
  }

  /**
   * Returns this place, with what it does not know taken from {@code other}; the dependants are
   * those of the service. Nothing is taken from a place in another cluster, namespace or service:
   * wrong is worse than unknown.
   */
  public AlertPlace orElse(AlertPlace other) {
    if (equals(NONE)) {
      return other;
    }
    if (!agreesWith(other) || equals(other)) {
      return this;
    }
    return new AlertPlace(
        or(cluster, other.cluster),
        or(namespace, other.namespace),
        or(workload, other.workload),
        or(node, other.node),
        or(service, other.service),
        or(owner, other.owner),
        service.isEmpty() ? other.dependants : dependants);
  }

  /** Returns whether nothing that both know differs in cluster, namespace or service. */
  public boolean agreesWith(AlertPlace other) {
    return agree(cluster, other.cluster)
        && agree(namespace, other.namespace)
        && agree(service, other.service);
  }

  private static boolean agree(String first, String second) {
    return first.isEmpty() || second.isEmpty() || first.equals(second);
  }

  private static String or(String first, String second) {
    return first.isEmpty() ? second : first;
  }

  /** Returns the parts by their names. */
  Map<String, Object> fields() {
    return Map.of(
        "cluster", cluster,
        "namespace", namespace,
        "workload", workload,
        "node", node,
        "service", service,
        "owner", owner,
        "dependants", dependants);
  }
}
