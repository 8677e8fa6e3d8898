package dev.guanlan.codec.avro;

import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.Anomaly;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.Entity;
import dev.guanlan.schema.Flow;
import dev.guanlan.schema.LogEntry;
import dev.guanlan.schema.Relation;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.Sample;
import dev.guanlan.schema.SchemaHistory;
import dev.guanlan.schema.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** Finds a reader by the fingerprint of the schema that a record was written under. */
final class RecordTypes {

  /** All of the project's records: what is no telemetry is known too, and passed over. */
  private static final List<Class<? extends SpecificRecordBase>> ALL =
      List.of(
          Sample.class,
          LogEntry.class,
          Span.class,
          Flow.class,
          Entity.class,
          Relation.class,
          Anomaly.class,
          AlertTransition.class,
          RuleGroup.class,
          DeadLetter.class);

  private final Map<Long, DatumReader<? extends SpecificRecordBase>> readers = new HashMap<>();

  /** Makes the readers of every version of every record; an instance belongs to one thread. */
  RecordTypes() {
    ALL.forEach(this::add);
  }

  private <T extends SpecificRecordBase> void add(Class<T> type) {
    SpecificData model = SpecificData.getForClass(type);
    Schema today = model.getSchema(type);
    addVersion(model, today, today);
    for (Schema written : SchemaHistory.of(type.getSimpleName())) {
      addVersion(model, written, today);
    }
  }

  private void addVersion(SpecificData model, Schema written, Schema today) {
    readers.put(
        SchemaNormalization.parsingFingerprint64(written),
        new SpecificDatumReader<SpecificRecordBase>(written, today, model));
  }

  /** Returns the reader for a fingerprint, or null if no record ever had it. */
  @Nullable DatumReader<? extends SpecificRecordBase> reader(long fingerprint) {
    return readers.get(fingerprint);
  }
}
