package dev.guanlan.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** Reads every version that a schema has had, oldest first, from the class path. */
public final class SchemaHistory {

  private SchemaHistory() {}

  /**
   * Returns the versions of the schema {@code name}, oldest first; empty if it has no history.
   *
   * @param name simple name of a record, as {@code Entity}
   */
  public static List<Schema> of(String name) {
    List<Schema> versions = new ArrayList<>();
    for (int version = 1; ; version++) {
      String resource = "history/" + name + "/" + version + ".avsc";
      try (InputStream in = SchemaHistory.class.getResourceAsStream(resource)) {
        if (in == null) {
          return Collections.unmodifiableList(versions);
        }
        versions.add(new Schema.Parser().parse(in));
      } catch (IOException | SchemaParseException e) {
        throw new UncheckedIOException(
            "the schema " + resource + " cannot be read; restore it from version control",
            e instanceof IOException io ? io : new IOException(e));
      }
    }
  }
}
