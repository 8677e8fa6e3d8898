package dev.guanlan.topology;

import dev.guanlan.model.Labels;

/**
 * Says how one entity stood to another at a time.
 *
 * @param tenant whose it is
 * @param type a constant of {@link RelationType}
 * @param id what makes it unique within its tenant, made by {@link Identity#relation}
 * @param from the id of the entity that the relation starts at
 * @param to the id of the entity that it leads to
 * @param attributes what is known of it
 * @param version when this was so, in milliseconds since the epoch
 * @param deleted whether it is gone since then
 */
public record Relation(
    String tenant,
    String type,
    String id,
    String from,
    String to,
    Labels attributes,
    long version,
    boolean deleted)
    implements Change {

  /** Makes a relation that holds, with the id that its type and ends give it. */
  public static Relation of(
      String tenant, String type, String from, String to, Labels attributes, long version) {
    return new Relation(
        tenant, type, Identity.relation(type, from, to), from, to, attributes, version, false);
  }

  @Override
  public Relation withVersion(long newVersion) {
    return new Relation(tenant, type, id, from, to, attributes, newVersion, deleted);
  }

  @Override
  public Relation tombstone(long newVersion) {
    return new Relation(tenant, type, id, from, to, Labels.EMPTY, newVersion, true);
  }
}
