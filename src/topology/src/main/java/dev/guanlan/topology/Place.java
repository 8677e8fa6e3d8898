package dev.guanlan.topology;

/**
 * Says where in the topology a series, a log stream or a span belongs. A part that is not known is
 * empty.
 *
 * @param cluster name of the Kubernetes cluster
 * @param namespace Kubernetes namespace, or else the namespace of the service
 * @param workload name of the deployment, stateful set, daemon set, job or cron job
 * @param node name of the Kubernetes node, or else of the host
 * @param service name of the service
 * @param owner who answers for it
 */
public record Place(
    String cluster, String namespace, String workload, String node, String service, String owner) {

  /** Nothing is known. */
  public static final Place NONE = new Place("", "", "", "", "", "");

  /** Returns this place, with what it does not know taken from {@code other}. */
  public Place orElse(Place other) {
    if (isComplete() || other.equals(NONE)) {
      return this;
    }
    if (equals(NONE)) {
      return other;
    }
    return new Place(
        or(cluster, other.cluster),
        or(namespace, other.namespace),
        or(workload, other.workload),
        or(node, other.node),
        or(service, other.service),
        or(owner, other.owner));
  }

  /** Returns what both places say alike. */
  Place and(Place other) {
    return new Place(
        same(cluster, other.cluster),
        same(namespace, other.namespace),
        same(workload, other.workload),
        same(node, other.node),
        same(service, other.service),
        same(owner, other.owner));
  }

  private static String same(String a, String b) {
    return a.equals(b) ? a : "";
  }

  /** Returns whether every part is known. */
  public boolean isComplete() {
    return !cluster.isEmpty()
        && !namespace.isEmpty()
        && !workload.isEmpty()
        && !node.isEmpty()
        && !service.isEmpty()
        && !owner.isEmpty();
  }

  /** Returns whether nothing that both know differs in cluster or namespace. */
  boolean agreesWith(Place other) {
    return agree(cluster, other.cluster) && agree(namespace, other.namespace);
  }

  private static boolean agree(String a, String b) {
    return a.isEmpty() || b.isEmpty() || a.equals(b);
  }

  private static String or(String a, String b) {
    return a.isEmpty() ? b : a;
  }
}
