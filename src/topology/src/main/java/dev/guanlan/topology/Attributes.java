package dev.guanlan.topology;

import dev.guanlan.model.Labels;

/**
 * Reads what an agent said of a resource, from OTLP attributes or from the labels of a Prometheus
 * series alike. Each list names the spellings of one thing; the first that is there counts.
 */
final class Attributes {

  static final String[] CLUSTER = {"k8s.cluster.name", "k8s_cluster_name", "cluster"};
  static final String[] NAMESPACE = {"k8s.namespace.name", "k8s_namespace_name", "namespace"};
  static final String[] POD = {"k8s.pod.name", "k8s_pod_name", "pod"};
  static final String[] POD_UID = {"k8s.pod.uid", "k8s_pod_uid", "pod_uid"};
  static final String[] NODE = {"k8s.node.name", "k8s_node_name", "node"};
  static final String[] CONTAINER_ID = {"container.id", "container_id"};
  static final String[] HOST_ID = {"host.id", "host_id"};
  static final String[] HOST = {"host.name", "host_name", "nodename", "hostname"};
  static final String[] SERVICE = {"service.name", "service_name"};
  static final String[] SERVICE_NAMESPACE = {"service.namespace", "service_namespace"};
  static final String[] SERVICE_INSTANCE = {"service.instance.id", "service_instance_id"};

  /** Who answers for it. OpenTelemetry has no convention for this; the rest is common use. */
  static final String[] OWNER = {
    "service.owner",
    "service_owner",
    "service.team",
    "service_team",
    "team",
    "owner",
    "k8s.pod.label.team",
    "k8s.deployment.label.team",
    "k8s.namespace.label.team",
    "label_team"
  };

  /** The types of workloads with the spellings of their names, the most telling first. */
  static final String[][] WORKLOADS = {
    {EntityType.DEPLOYMENT, "k8s.deployment.name", "k8s_deployment_name", "deployment"},
    {EntityType.STATEFULSET, "k8s.statefulset.name", "k8s_statefulset_name", "statefulset"},
    {EntityType.DAEMONSET, "k8s.daemonset.name", "k8s_daemonset_name", "daemonset"},
    {EntityType.CRONJOB, "k8s.cronjob.name", "k8s_cronjob_name", "cronjob"},
    {EntityType.JOB, "k8s.job.name", "k8s_job_name", "job_name"}
  };

  private Attributes() {}

  /** Returns the value of the first of the spellings that is there, or the empty string. */
  static String first(Labels labels, String[] spellings) {
    return first(labels, spellings, 0);
  }

  private static String first(Labels labels, String[] spellings, int from) {
    for (int i = from; i < spellings.length; i++) {
      String value = labels.get(spellings[i]);
      if (value != null) {
        return value;
      }
    }
    return "";
  }

  /** Returns the name of the workload of the {@code index}-th type, or the empty string. */
  static String workload(Labels labels, int index) {
    return first(labels, WORKLOADS[index], 1);
  }

  /**
   * Returns the service's name, or the empty string. What an SDK calls itself when nobody named it
   * is no name: all nameless services would become one.
   */
  static String service(Labels labels) {
    String name = first(labels, SERVICE);
    return name.startsWith("unknown_service") ? "" : name;
  }

  /** Returns the place that the agent itself said. */
  static Place said(Labels labels) {
    String workload = "";
    for (int i = 0; i < WORKLOADS.length && workload.isEmpty(); i++) {
      workload = workload(labels, i);
    }
    String namespace = first(labels, NAMESPACE);
    String node = first(labels, NODE);
    return new Place(
        first(labels, CLUSTER),
        namespace.isEmpty() ? first(labels, SERVICE_NAMESPACE) : namespace,
        workload,
        node.isEmpty() ? first(labels, HOST) : node,
        service(labels),
        first(labels, OWNER));
  }
}
