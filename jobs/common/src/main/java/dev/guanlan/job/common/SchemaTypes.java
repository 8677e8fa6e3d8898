package dev.guanlan.job.common;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Gives the records of {@code dev.guanlan.schema} their types in Flink. Elements are written in
 * Avro's single-object encoding, so state holds every version that the schema's history knows.
 */
public final class SchemaTypes {

  private SchemaTypes() {}

  /** Returns the type information of a generated record. */
  public static <T extends SpecificRecordBase> TypeInformation<T> of(Class<T> type) {
    return VersionedType.of(type, new SchemaRecordSerializer<>(type));
  }
}
