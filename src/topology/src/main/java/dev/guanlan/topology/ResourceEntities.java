package dev.guanlan.topology;

import dev.guanlan.model.Labels;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Extracts entities and relations from OTLP resource attributes, by OpenTelemetry's semantic
 * conventions for resources; rows of a cloud's inventory are left to {@link CloudEntities}.
 *
 * <p>What makes an entity unique: a service its namespace and name; an instance also its instance
 * id, or else its pod, or else its host and process id; a pod its uid, or else cluster, namespace
 * and name; other Kubernetes things cluster, namespace and name, since their uids change when they
 * are made anew and the thing does not; a host its {@code host.id}, or else its name; a container
 * its id.
 *
 * <p>An attribute belongs to one entity by its prefix. What differs between the instances of a
 * service is the instance's, so that no entity changes back and forth between two resources.
 */
public final class ResourceEntities {

  /** The most attributes that are kept of an entity. */
  static final int MAX_ATTRIBUTES = 64;

  /** The longest value in characters; a longer one is cut. */
  static final int MAX_VALUE = 1024;

  private final String tenant;
  private final Labels resource;
  private final long version;
  private final Consumer<Change> out;

  private ResourceEntities(String tenant, Labels resource, long version, Consumer<Change> out) {
    this.tenant = tenant;
    this.resource = resource;
    this.version = version;
    this.out = out;
  }

  /**
   * Gives {@code out} every entity that the attributes of a resource describe, and the relations
   * between them.
   *
   * @param version when the resource was seen, in milliseconds since the epoch
   */
  public static void extract(String tenant, Labels resource, long version, Consumer<Change> out) {
    if (CloudEntities.describes(resource)) {
      CloudEntities.extract(tenant, resource, version, out);
    } else {
      new ResourceEntities(tenant, resource, version, out).extract();
    }
  }

  /**
   * Returns the id of the service that a resource belongs to, or the empty string if it names none.
   */
  public static String serviceId(Labels resource) {
    String name = Attributes.service(resource);
    return name.isEmpty()
        ? ""
        : Identity.entity(EntityType.SERVICE, resource.getOrEmpty("service.namespace"), name);
  }

  static String instanceId(String namespace, String service, String instance) {
    return Identity.entity(EntityType.SERVICE_INSTANCE, namespace, service, instance);
  }

  private void extract() {
    String cluster = cluster();
    String node = node(cluster);
    String host = host(node);
    String pod = pod(cluster, node);
    String container = container(pod, host);
    String runner = firstOf(container, pod, node, host);
    String service = serviceId(resource);
    if (!service.isEmpty()) {
      service(service, runner);
    }
    owner(service, host);
  }

  private String cluster() {
    String name = resource.getOrEmpty("k8s.cluster.name");
    String uid = resource.getOrEmpty("k8s.cluster.uid");
    if (name.isEmpty() && uid.isEmpty()) {
      return "";
    }
    String shown = name.isEmpty() ? uid : name;
    return entity(
        EntityType.CLUSTER, Identity.entity(EntityType.CLUSTER, shown), shown, "k8s.cluster.");
  }

  private String node(String cluster) {
    String name = resource.getOrEmpty("k8s.node.name");
    if (name.isEmpty()) {
      return "";
    }
    String id = entity(EntityType.NODE, inCluster(EntityType.NODE, name), name, "k8s.node.");
    relate(RelationType.PART_OF, id, cluster);
    return id;
  }

  private String host(String node) {
    String name = resource.getOrEmpty("host.name");
    String unique = firstOf(resource.getOrEmpty("host.id"), name);
    if (unique.isEmpty() || hostNameIsContainers(name)) {
      return "";
    }
    String id =
        entity(
            EntityType.HOST,
            Identity.entity(EntityType.HOST, unique),
            firstOf(name, unique),
            "host.",
            "os.",
            "cloud.");
    relate(RelationType.RUNS_ON, node, id);
    return id;
  }

  /**
   * Returns whether a host name is only what a container calls itself from inside: the pod's name
   * in Kubernetes, the short container id elsewhere. Nothing runs on such a host.
   */
  private boolean hostNameIsContainers(String name) {
    return !name.isEmpty()
        && (name.equals(resource.getOrEmpty("k8s.pod.name"))
            || resource.getOrEmpty("container.id").startsWith(name));
  }

  private String pod(String cluster, String node) {
    String name = resource.getOrEmpty("k8s.pod.name");
    String uid = resource.getOrEmpty("k8s.pod.uid");
    String namespaceName = resource.getOrEmpty("k8s.namespace.name");
    String namespace = "";
    if (!namespaceName.isEmpty()) {
      namespace =
          entity(
              EntityType.NAMESPACE,
              inCluster(EntityType.NAMESPACE, namespaceName),
              namespaceName,
              "k8s.namespace.");
      relate(RelationType.PART_OF, namespace, cluster);
    }
    String workload = workloads(namespace);
    if (uid.isEmpty() && (name.isEmpty() || namespaceName.isEmpty())) {
      return "";
    }
    String unique =
        uid.isEmpty()
            ? inCluster(EntityType.POD, namespaceName, name)
            : Identity.entity(EntityType.POD, uid);
    String id = entity(EntityType.POD, unique, firstOf(name, uid), "k8s.pod.");
    relate(RelationType.RUNS_ON, id, node);
    relate(RelationType.PART_OF, id, firstOf(workload, namespace));
    return id;
  }

  /** Returns the workload that a pod is part of; a job of a cron job is part of that. */
  private String workloads(String namespace) {
    String nearest = "";
    String cronJob = "";
    for (int i = 0; i < Attributes.WORKLOADS.length; i++) {
      String type = Attributes.WORKLOADS[i][0];
      String name = resource.getOrEmpty(type + ".name");
      if (name.isEmpty() || namespace.isEmpty()) {
        continue;
      }
      String id =
          entity(
              type,
              inCluster(type, resource.getOrEmpty("k8s.namespace.name"), name),
              name,
              type + ".");
      relate(RelationType.PART_OF, id, namespace);
      if (type.equals(EntityType.CRONJOB)) {
        cronJob = id;
      } else if (type.equals(EntityType.JOB)) {
        relate(RelationType.PART_OF, id, cronJob);
        nearest = firstOf(nearest, id);
      } else {
        nearest = firstOf(nearest, id);
      }
    }
    return firstOf(nearest, cronJob);
  }

  private String container(String pod, String host) {
    String unique = resource.getOrEmpty("container.id");
    if (unique.isEmpty()) {
      return "";
    }
    String name =
        firstOf(
            resource.getOrEmpty("k8s.container.name"),
            resource.getOrEmpty("container.name"),
            unique);
    String id =
        entity(
            EntityType.CONTAINER,
            Identity.entity(EntityType.CONTAINER, unique),
            name,
            "container.",
            "k8s.container.");
    if (pod.isEmpty()) {
      relate(RelationType.RUNS_ON, id, host);
    } else {
      relate(RelationType.PART_OF, id, pod);
    }
    return id;
  }

  private void service(String service, String runner) {
    String name = resource.getOrEmpty("service.name");
    String namespace = resource.getOrEmpty("service.namespace");
    TreeMap<String, String> own = new TreeMap<>();
    own.put("service.name", name);
    own.put("service.namespace", namespace);
    out.accept(new Entity(tenant, EntityType.SERVICE, service, name, bounded(own), version, false));
    String instance =
        firstOf(
            resource.getOrEmpty("service.instance.id"),
            resource.getOrEmpty("k8s.pod.uid"),
            resource.getOrEmpty("k8s.pod.name"),
            hostAndProcess());
    if (instance.isEmpty()) {
      relate(RelationType.RUNS_ON, service, runner);
      return;
    }
    String id =
        entity(
            EntityType.SERVICE_INSTANCE,
            instanceId(namespace, name, instance),
            instance,
            "service.",
            "deployment.",
            "telemetry.",
            "process.runtime.",
            "process.pid");
    relate(RelationType.INSTANCE_OF, id, service);
    relate(RelationType.RUNS_ON, id, runner);
  }

  private String hostAndProcess() {
    String host = firstOf(resource.getOrEmpty("host.id"), resource.getOrEmpty("host.name"));
    String process = resource.getOrEmpty("process.pid");
    return host.isEmpty() || process.isEmpty() ? "" : host + ":" + process;
  }

  private void owner(String service, String host) {
    String owner = Attributes.first(resource, Attributes.OWNER);
    String owned = firstOf(service, host);
    if (owner.isEmpty() || owned.isEmpty()) {
      return;
    }
    String team = Identity.entity(EntityType.TEAM, owner);
    out.accept(new Entity(tenant, EntityType.TEAM, team, owner, Labels.EMPTY, version, false));
    relate(RelationType.OWNED_BY, owned, team);
  }

  /** Returns the id of a Kubernetes thing by cluster and names; without cluster the names alone. */
  private String inCluster(String type, String... names) {
    String cluster =
        firstOf(resource.getOrEmpty("k8s.cluster.name"), resource.getOrEmpty("k8s.cluster.uid"));
    String[] parts = new String[names.length + 1];
    parts[0] = cluster;
    System.arraycopy(names, 0, parts, 1, names.length);
    return Identity.entity(type, parts);
  }

  private String entity(String type, String id, String name, String... prefixes) {
    TreeMap<String, String> own = new TreeMap<>();
    resource.forEach(
        (key, value) -> {
          for (String prefix : prefixes) {
            if (key.startsWith(prefix)) {
              own.put(key, value);
            }
          }
        });
    if (type.startsWith("k8s.") && !type.equals(EntityType.CLUSTER)) {
      own.put("k8s.cluster.name", resource.getOrEmpty("k8s.cluster.name"));
      if (!type.equals(EntityType.NODE)) {
        own.put("k8s.namespace.name", resource.getOrEmpty("k8s.namespace.name"));
      }
    }
    out.accept(new Entity(tenant, type, id, name, bounded(own), version, false));
    return id;
  }

  private void relate(String type, String from, String to) {
    if (!from.isEmpty() && !to.isEmpty()) {
      out.accept(Relation.of(tenant, type, from, to, Labels.EMPTY, version));
    }
  }

  static Labels bounded(NavigableMap<String, String> attributes) {
    while (attributes.size() > MAX_ATTRIBUTES) {
      attributes.pollLastEntry();
    }
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      if (attribute.getValue().length() > MAX_VALUE) {
        attribute.setValue(attribute.getValue().substring(0, MAX_VALUE));
      }
    }
    return Labels.of(attributes);
  }

  private static String firstOf(String... values) {
    for (String value : values) {
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }
}
