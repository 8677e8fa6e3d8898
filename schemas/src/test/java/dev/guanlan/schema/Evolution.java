package dev.guanlan.schema;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;

/** Judges whether a schema may follow the versions that it had. */
final class Evolution {

  private Evolution() {}

  /**
   * Returns what is wrong with a schema that follows a history; nothing if all is well.
   *
   * @param current the schema
   * @param history the versions it had, oldest first; the newest should be the schema itself
   */
  static List<String> problems(Schema current, List<Schema> history) {
    List<String> problems = new ArrayList<>();
    String name = current.getName();
    if (history.isEmpty() || !history.get(history.size() - 1).equals(current)) {
      problems.add(
          "%s changed: copy src/main/avro/%s.avsc to history/%s/%d.avsc"
              .formatted(name, name, name, history.size() + 1));
    }
    for (int i = 0; i < history.size(); i++) {
      compare("cannot read", current, history.get(i), i + 1, problems);
      compare("cannot be read under", history.get(i), current, i + 1, problems);
    }
    undocumented(current, name, problems);
    return problems;
  }

  private static void compare(
      String relation, Schema reader, Schema writer, int version, List<String> problems) {
    SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    if (pair.getType() != SchemaCompatibilityType.COMPATIBLE) {
      pair.getResult()
          .getIncompatibilities()
          .forEach(
              found ->
                  problems.add(
                      "%s %s version %d: %s at %s (%s)"
                          .formatted(
                              reader.getName(),
                              relation,
                              version,
                              found.getType(),
                              found.getLocation(),
                              found.getMessage())));
    }
  }

  private static void undocumented(Schema schema, String path, List<String> problems) {
    switch (schema.getType()) {
      case RECORD -> {
        document(schema.getDoc(), path, problems);
        for (Schema.Field field : schema.getFields()) {
          String place = path + "." + field.name();
          document(field.doc(), place, problems);
          undocumented(field.schema(), place, problems);
        }
      }
      case ENUM -> document(schema.getDoc(), path, problems);
      case ARRAY -> undocumented(schema.getElementType(), path, problems);
      case MAP -> undocumented(schema.getValueType(), path, problems);
      case UNION -> schema.getTypes().forEach(type -> undocumented(type, path, problems));
      default -> {
        // What has no name needs no words of its own.
      }
    }
  }

  private static void document(String doc, String place, List<String> problems) {
    if (doc == null || doc.isBlank()) {
      problems.add(place + " has no doc: say what it is, its unit and whether it may be null");
    }
  }
}
