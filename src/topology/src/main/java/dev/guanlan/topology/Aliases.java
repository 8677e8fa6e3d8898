package dev.guanlan.topology;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the names under which an entity is looked up. Telemetry rarely brings what makes an entity
 * unique: a Prometheus series names a pod by namespace and name, or a host by {@code instance}.
 */
final class Aliases {

  private static final int MAX_ADDRESSES = 32;

  private Aliases() {}

  /** Returns all names that {@code entity} may be called by, its id first. */
  static Set<String> of(Entity entity) {
    Set<String> names = new LinkedHashSet<>();
    names.add(entity.id());
    Labels attributes = entity.attributes();
    String cluster = Attributes.first(attributes, Attributes.CLUSTER);
    String namespace = Attributes.first(attributes, Attributes.NAMESPACE);
    switch (entity.type()) {
      case EntityType.POD -> {
        if (!entity.name().isEmpty() && !namespace.isEmpty()) {
          names.add(named("pod", cluster, namespace, entity.name()));
          names.add(named("pod", "", namespace, entity.name()));
        }
      }
      case EntityType.NODE -> {
        names.add(named("node", cluster, "", entity.name()));
        names.add(named("node", "", "", entity.name()));
      }
      case EntityType.NAMESPACE -> names.add(named("namespace", "", "", entity.name()));
      case EntityType.DEPLOYMENT,
          EntityType.STATEFULSET,
          EntityType.DAEMONSET,
          EntityType.JOB,
          EntityType.CRONJOB ->
          names.add(named(entity.type(), "", namespace, entity.name()));
      case EntityType.HOST -> addHost(names, entity);
      default -> {
        // The id is the only name.
      }
    }
    return names;
  }

  private static void addHost(Set<String> names, Entity entity) {
    names.add(named("host", "", "", entity.name()));
    String addresses = attributes(entity, "host.ip");
    for (String address : addresses.split("[^0-9a-fA-F:.]+", MAX_ADDRESSES)) {
      boolean everyHostHasIt =
          address.startsWith("127.") || address.equals("::1") || address.startsWith("fe80:");
      if (!address.isEmpty() && !everyHostHasIt) {
        names.add(named("host", "", "", address));
      }
    }
  }

  private static String attributes(Entity entity, String name) {
    return entity.attributes().getOrEmpty(name);
  }

  /** Returns the names that labels call entities by, the most telling first. */
  static List<String> named(Labels labels) {
    List<String> names = new ArrayList<>(8);
    String cluster = Attributes.first(labels, Attributes.CLUSTER);
    String namespace = Attributes.first(labels, Attributes.NAMESPACE);
    String pod = Attributes.first(labels, Attributes.POD);
    String podUid = Attributes.first(labels, Attributes.POD_UID);
    String container = Attributes.first(labels, Attributes.CONTAINER_ID);
    if (!container.isEmpty()) {
      names.add(Identity.entity(EntityType.CONTAINER, container));
    }
    if (!podUid.isEmpty()) {
      names.add(Identity.entity(EntityType.POD, podUid));
    }
    if (!pod.isEmpty() && !namespace.isEmpty()) {
      names.add(named("pod", cluster, namespace, pod));
    }
    addService(names, labels);
    String node = Attributes.first(labels, Attributes.NODE);
    if (!node.isEmpty()) {
      names.add(named("node", cluster, "", node));
    }
    addHosts(names, labels, pod.isEmpty());
    for (int i = 0; i < Attributes.WORKLOADS.length; i++) {
      String workload = Attributes.workload(labels, i);
      if (!workload.isEmpty() && !namespace.isEmpty()) {
        String type = Attributes.WORKLOADS[i][0];
        names.add(
            cluster.isEmpty()
                ? named(type, "", namespace, workload)
                : Identity.entity(type, cluster, namespace, workload));
      }
    }
    if (!namespace.isEmpty()) {
      names.add(
          cluster.isEmpty()
              ? named("namespace", "", "", namespace)
              : Identity.entity(EntityType.NAMESPACE, cluster, namespace));
    }
    return names;
  }

  private static void addService(List<String> names, Labels labels) {
    String service = Attributes.service(labels);
    String serviceNamespace = Attributes.first(labels, Attributes.SERVICE_NAMESPACE);
    String instance = Attributes.first(labels, Attributes.SERVICE_INSTANCE);
    if (service.isEmpty()) {
      // OTLP to Prometheus: job is namespace/name of the service, instance its instance id.
      String job = labels.getOrEmpty("job");
      int slash = job.indexOf('/');
      service = job.substring(slash + 1);
      serviceNamespace = slash < 0 ? "" : job.substring(0, slash);
      instance = labels.getOrEmpty("instance");
    }
    if (service.isEmpty()) {
      return;
    }
    if (!instance.isEmpty()) {
      names.add(ResourceEntities.instanceId(serviceNamespace, service, instance));
    }
    names.add(Identity.entity(EntityType.SERVICE, serviceNamespace, service));
  }

  private static void addHosts(List<String> names, Labels labels, boolean instanceIsHost) {
    String id = Attributes.first(labels, Attributes.HOST_ID);
    String host = Attributes.first(labels, Attributes.HOST);
    if (!id.isEmpty()) {
      names.add(Identity.entity(EntityType.HOST, id));
    }
    if (!host.isEmpty()) {
      names.add(named("host", "", "", host));
    }
    String instance = labels.getOrEmpty("instance");
    if (id.isEmpty() && host.isEmpty() && instanceIsHost && !instance.isEmpty()) {
      names.add(named("host", "", "", withoutPort(instance)));
    }
  }

  /** Returns the host of {@code host:port}; brackets of an IPv6 address are taken off. */
  static String withoutPort(String instance) {
    if (instance.startsWith("[")) {
      int end = instance.indexOf(']');
      return end < 0 ? instance : instance.substring(1, end);
    }
    int colon = instance.indexOf(':');
    return colon >= 0 && colon == instance.lastIndexOf(':')
        ? instance.substring(0, colon)
        : instance;
  }

  /** Makes a name that no id can be: ids have no line break. */
  private static String named(String kind, String cluster, String namespace, String name) {
    return kind + '\n' + cluster + '\n' + namespace + '\n' + name;
  }
}
