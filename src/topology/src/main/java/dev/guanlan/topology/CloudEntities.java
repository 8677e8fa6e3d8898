package dev.guanlan.topology;

import dev.guanlan.model.Labels;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Extracts the entities that a row of a cloud's inventory describes: the resource itself by its ARN
 * or whatever else is unique, its account, who owns it, and the host that an agent on it reports.
 *
 * <p>Of the host only the bond is told. What it is its agent says, and two who describe one thing
 * would change it back and forth.
 */
final class CloudEntities {

  private static final String TYPE = "cloud.resource.type";
  private static final String PREFIX = "cloud.";

  private static final String[] OWNER = {
    "cloud.resource.tag.team",
    "cloud.resource.tag.Team",
    "cloud.resource.tag.owner",
    "cloud.resource.tag.Owner"
  };

  private CloudEntities() {}

  /** Returns whether a resource is a row of an inventory. */
  static boolean describes(Labels resource) {
    return resource.get(TYPE) != null;
  }

  static void extract(String tenant, Labels resource, long version, Consumer<Change> out) {
    String type = resource.getOrEmpty(TYPE);
    String unique = resource.getOrEmpty("cloud.resource_id");
    String local = resource.getOrEmpty("cloud.resource.id");
    String name = resource.getOrEmpty("cloud.resource.name");
    String provider = resource.getOrEmpty("cloud.provider");
    String account = resource.getOrEmpty("cloud.account.id");
    if (local.isEmpty() && name.isEmpty()) {
      return;
    }
    String id =
        unique.isEmpty()
            ? Identity.entity(
                EntityType.CLOUD_RESOURCE,
                type,
                account,
                resource.getOrEmpty("cloud.region"),
                local.isEmpty() ? name : local)
            : Identity.entity(EntityType.CLOUD_RESOURCE, unique);
    out.accept(
        new Entity(
            tenant,
            EntityType.CLOUD_RESOURCE,
            id,
            name.isEmpty() ? local : name,
            cloudAttributes(resource),
            version,
            false));
    if (!account.isEmpty()) {
      String accountId = Identity.entity(EntityType.CLOUD_ACCOUNT, provider, account);
      out.accept(
          new Entity(
              tenant,
              EntityType.CLOUD_ACCOUNT,
              accountId,
              account,
              Labels.of("cloud.account.id", account, "cloud.provider", provider),
              version,
              false));
      relate(tenant, RelationType.PART_OF, id, accountId, version, out);
    }
    String host = resource.getOrEmpty("host.id");
    if (!host.isEmpty()) {
      relate(
          tenant, RelationType.RUNS_ON, Identity.entity(EntityType.HOST, host), id, version, out);
    }
    String owner = Attributes.first(resource, OWNER);
    if (!owner.isEmpty()) {
      String team = Identity.entity(EntityType.TEAM, owner);
      out.accept(new Entity(tenant, EntityType.TEAM, team, owner, Labels.EMPTY, version, false));
      relate(tenant, RelationType.OWNED_BY, id, team, version, out);
    }
  }

  private static Labels cloudAttributes(Labels resource) {
    return ResourceEntities.bounded(
        new TreeMap<>(resource.filtered(name -> name.startsWith(PREFIX)).toMap()));
  }

  private static void relate(
      String tenant, String type, String from, String to, long version, Consumer<Change> out) {
    out.accept(Relation.of(tenant, type, from, to, Labels.EMPTY, version));
  }
}
