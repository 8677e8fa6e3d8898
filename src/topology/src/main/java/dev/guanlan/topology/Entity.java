package dev.guanlan.topology;

import dev.guanlan.model.Labels;

/**
 * Says what a thing that telemetry speaks of was at a time: a service, a pod, a host.
 *
 * @param tenant whose it is
 * @param type a constant of {@link EntityType}
 * @param id what makes it unique within its tenant, made by {@link Identity#entity}
 * @param name what people call it; empty if unknown
 * @param attributes what is known of it, keys as OpenTelemetry spells them
 * @param version when this was so, in milliseconds since the epoch
 * @param deleted whether it is gone since then
 */
public record Entity(
    String tenant,
    String type,
    String id,
    String name,
    Labels attributes,
    long version,
    boolean deleted)
    implements Change {

  @Override
  public Entity withVersion(long newVersion) {
    return new Entity(tenant, type, id, name, attributes, newVersion, deleted);
  }

  @Override
  public Entity tombstone(long newVersion) {
    return new Entity(tenant, type, id, "", Labels.EMPTY, newVersion, true);
  }
}
