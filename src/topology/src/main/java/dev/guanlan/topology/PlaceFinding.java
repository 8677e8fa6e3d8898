package dev.guanlan.topology;

/** Gathers a place from the entities that are passed on the way up, the nearest first. */
final class PlaceFinding {

  private String cluster = "";
  private String namespace = "";
  private String workload = "";
  private String node = "";
  private String host = "";
  private String service = "";
  private String serviceKey = "";
  private String serviceNamespace = "";
  private String owner = "";

  void pass(Entity entity) {
    switch (entity.type()) {
      case EntityType.CLUSTER -> cluster = or(cluster, entity.name());
      case EntityType.NAMESPACE -> namespace = or(namespace, entity.name());
      // A cron job says more than the one job of it that was met first.
      case EntityType.CRONJOB -> workload = entity.name();
      case EntityType.DEPLOYMENT, EntityType.STATEFULSET, EntityType.DAEMONSET, EntityType.JOB ->
          workload = or(workload, entity.name());
      case EntityType.NODE -> node = or(node, entity.name());
      case EntityType.HOST -> host = or(host, entity.name());
      case EntityType.TEAM -> owner = or(owner, entity.name());
      case EntityType.SERVICE -> {
        service = or(service, entity.name());
        serviceKey = or(serviceKey, entity.key());
        serviceNamespace =
            or(
                serviceNamespace,
                Attributes.first(entity.attributes(), Attributes.SERVICE_NAMESPACE));
      }
      default -> {
        // Pods, containers and instances are no part of a place; what they belong to is.
      }
    }
  }

  Place place() {
    return new Place(
        cluster, or(namespace, serviceNamespace), workload, or(node, host), service, owner);
  }

  /** Returns the key of the nearest service, or the empty string. */
  String serviceKey() {
    return serviceKey;
  }

  /** Returns the id of the service that an instance is of, or the entity's own id. */
  static String serviceId(Entity entity) {
    return entity.type().equals(EntityType.SERVICE_INSTANCE)
        ? ResourceEntities.serviceId(entity.attributes())
        : entity.id();
  }

  private static String or(String first, String second) {
    return first.isEmpty() ? second : first;
  }
}
