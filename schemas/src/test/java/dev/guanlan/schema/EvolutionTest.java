package dev.guanlan.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The check of a schema's history")
final class EvolutionTest {

  private static final String KEPT = "{'name':'id','type':'string','doc':'Who.'}";

  private static Schema schema(String... fields) {
    return new Schema.Parser()
        .parse(
            ("{'type':'record','name':'Thing','doc':'A thing.','fields':["
                    + String.join(",", fields)
                    + "]}")
                .replace('\'', '"'));
  }

  @Test
  @DisplayName("has nothing to say of a new field with a default")
  void newFieldWithDefault() {
    Schema before = schema(KEPT);
    Schema after = schema(KEPT, "{'name':'age','type':'long','default':0,'doc':'Age, years.'}");

    assertThat(Evolution.problems(after, List.of(before, after))).isEmpty();
  }

  @Test
  @DisplayName("finds a change without a history entry, and names the file to add")
  void missingEntry() {
    Schema before = schema(KEPT);
    Schema after = schema(KEPT, "{'name':'age','type':'long','default':0,'doc':'Age, years.'}");

    assertThat(Evolution.problems(after, List.of(before)))
        .containsExactly("Thing changed: copy src/main/avro/Thing.avsc to history/Thing/2.avsc");
  }

  @Test
  @DisplayName("finds a new field that old records cannot fill")
  void newFieldWithoutDefault() {
    Schema before = schema(KEPT);
    Schema after = schema(KEPT, "{'name':'age','type':'long','doc':'Age, years.'}");

    assertThat(Evolution.problems(after, List.of(before, after)))
        .singleElement()
        .asString()
        .startsWith("Thing cannot read version 1: READER_FIELD_MISSING_DEFAULT_VALUE")
        .contains("age");
  }

  @Test
  @DisplayName("finds a removed field that old readers need")
  void removedFieldWithoutDefault() {
    Schema before = schema(KEPT, "{'name':'age','type':'long','doc':'Age, years.'}");
    Schema after = schema(KEPT);

    assertThat(Evolution.problems(after, List.of(before, after)))
        .singleElement()
        .asString()
        .startsWith("Thing cannot be read under version 1: READER_FIELD_MISSING_DEFAULT_VALUE");
  }

  @Test
  @DisplayName("finds a widened type, which only one way can read")
  void widenedType() {
    Schema before = schema("{'name':'age','type':'int','default':0,'doc':'Age, years.'}");
    Schema after = schema("{'name':'age','type':'long','default':0,'doc':'Age, years.'}");

    assertThat(Evolution.problems(after, List.of(before, after)))
        .singleElement()
        .asString()
        .startsWith("Thing cannot be read under version 1: TYPE_MISMATCH");
  }

  @Test
  @DisplayName("finds a break with any version, not only the last")
  void breakWithAnOlderVersion() {
    Schema first = schema(KEPT, "{'name':'age','type':'long','default':0,'doc':'Age.'}");
    Schema second = schema(KEPT);
    Schema third = schema(KEPT, "{'name':'age','type':'string','default':'','doc':'Age.'}");

    assertThat(Evolution.problems(third, List.of(first, second, third)))
        .hasSize(2)
        .allMatch(problem -> problem.contains("version 1: TYPE_MISMATCH"));
  }

  @Test
  @DisplayName("finds fields without words, however deep")
  void undocumentedField() {
    Schema deep =
        schema(
            "{'name':'parts','doc':'Parts.','type':{'type':'array','items':"
                + "{'type':'record','name':'Part','doc':'A part.','fields':["
                + "{'name':'size','type':'long'}]}}}");

    assertThat(Evolution.problems(deep, List.of(deep)))
        .containsExactly(
            "Thing.parts.size has no doc: say what it is, its unit and whether it may be null");
  }
}
