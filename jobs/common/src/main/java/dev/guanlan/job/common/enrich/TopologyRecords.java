package dev.guanlan.job.common.enrich;

import dev.guanlan.connector.kafka.RecordEncoder;
import dev.guanlan.model.Labels;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Identity;
import dev.guanlan.topology.Relation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Turns changes of the topology into records of the compacted {@code topology} topic and back.
 *
 * <p>The key is {@link Change#key()}; the value is a schema {@code Entity} or {@code Relation} in
 * Avro's single-object encoding. What is gone has no value, so that compaction forgets it in time;
 * since when it is gone stands in the header {@value #VERSION}.
 */
public final class TopologyRecords implements RecordEncoder<Change> {

  /** The header that holds a change's version, decimal. */
  public static final String VERSION = "version";

  private static final long serialVersionUID = 1;

  private static final RecordFormat<dev.guanlan.schema.Entity> ENTITIES =
      RecordFormat.of(dev.guanlan.schema.Entity.class);
  private static final RecordFormat<dev.guanlan.schema.Relation> RELATIONS =
      RecordFormat.of(dev.guanlan.schema.Relation.class);

  /** Makes the encoder of the topology topic. */
  public TopologyRecords() {}

  @Override
  public byte[] key(Change change) {
    return RecordEncoder.utf8(change.key());
  }

  @Override
  public byte @Nullable [] value(Change change) {
    if (change.deleted()) {
      return null;
    }
    if (change instanceof Entity entity) {
      return ENTITIES.encode(
          dev.guanlan.schema.Entity.newBuilder()
              .setTenant(entity.tenant())
              .setType(entity.type())
              .setId(entity.id())
              .setName(entity.name())
              .setAttributes(entity.attributes().toMap())
              .setVersion(entity.version())
              .setDeleted(false)
              .build());
    }
    Relation relation = (Relation) change;
    return RELATIONS.encode(
        dev.guanlan.schema.Relation.newBuilder()
            .setTenant(relation.tenant())
            .setType(relation.type())
            .setId(relation.id())
            .setFrom(relation.from())
            .setTo(relation.to())
            .setAttributes(relation.attributes().toMap())
            .setVersion(relation.version())
            .setDeleted(false)
            .build());
  }

  @Override
  public void addHeaders(Change change, Headers headers) {
    headers.add(VERSION, RecordEncoder.utf8(Long.toString(change.version())));
  }

  /**
   * Returns the change that a record tells.
   *
   * @param key the record's key
   * @param value the record's value; null says that what the key names is gone
   * @param version since when it is gone, in milliseconds since the epoch; of no account where
   *     there is a value
   * @throws IOException if the record is not one of the topology's
   */
  public static Change decode(byte[] key, byte @Nullable [] value, long version)
      throws IOException {
    String name = new String(key, StandardCharsets.UTF_8);
    if (value == null) {
      try {
        return Identity.tombstone(name, version);
      } catch (IllegalArgumentException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    if (name.startsWith("e/")) {
      dev.guanlan.schema.Entity entity = ENTITIES.decode(value);
      return new Entity(
          entity.getTenant(),
          entity.getType(),
          entity.getId(),
          entity.getName(),
          Labels.of(entity.getAttributes()),
          entity.getVersion(),
          entity.getDeleted());
    }
    dev.guanlan.schema.Relation relation = RELATIONS.decode(value);
    return new Relation(
        relation.getTenant(),
        relation.getType(),
        relation.getId(),
        relation.getFrom(),
        relation.getTo(),
        Labels.of(relation.getAttributes()),
        relation.getVersion(),
        relation.getDeleted());
  }
}
