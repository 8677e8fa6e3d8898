package dev.guanlan.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Every schema")
final class SchemaHistoryTest {

  private static final Path CURRENT = Path.of("src/main/avro");
  private static final Path HISTORY = Path.of("history");
  private static final int RECORDS = 50;

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(CURRENT)) {
      return files
          .map(file -> file.getFileName().toString().replace(".avsc", ""))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  @DisplayName("is its newest history entry, compatible both ways with all, and documented")
  void followsItsHistory(String name) throws IOException {
    Schema current = new Schema.Parser().parse(CURRENT.resolve(name + ".avsc").toFile());

    assertThat(Evolution.problems(current, SchemaHistory.of(name))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  @DisplayName("has a history without gaps")
  void hasNoGaps(String name) throws IOException {
    try (Stream<Path> files = Files.list(HISTORY.resolve(name))) {
      int versions = SchemaHistory.of(name).size();
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.rangeClosed(1, versions).mapToObj(n -> n + ".avsc").toList());
      assertThat(versions).isPositive();
    }
  }

  @Test
  @DisplayName("that ever was is still there")
  void noneIsMissing() throws IOException {
    try (Stream<Path> folders = Files.list(HISTORY)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  @DisplayName("reads in single-object encoding what any version wrote")
  void readsEveryVersion(String name) throws Exception {
    Class<? extends SpecificRecordBase> type = typeOf(name);
    RecordFormat<? extends SpecificRecordBase> format = RecordFormat.of(type);
    Schema current = schemaOf(type);
    for (Schema version : SchemaHistory.of(name)) {
      BinaryMessageEncoder<GenericRecord> writer =
          new BinaryMessageEncoder<>(GenericData.get(), version);
      BinaryMessageDecoder<GenericRecord> expected =
          new BinaryMessageDecoder<>(GenericData.get(), current);
      expected.addSchema(version);
      for (Object random : new RandomData(version, RECORDS, 20_261_122L)) {
        byte[] written = bytes(writer.encode((GenericRecord) random));

        SpecificRecordBase read = format.decode(written);

        assertThat(read.toString()).isEqualTo(expected.decode(written).toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  @DisplayName("is read by readers that know only an earlier version")
  void isReadByEveryVersion(String name) throws Exception {
    roundTrip(typeOf(name), SchemaHistory.of(name));
  }

  private static <T extends SpecificRecordBase> void roundTrip(Class<T> type, List<Schema> versions)
      throws IOException {
    RecordFormat<T> format = RecordFormat.of(type);
    Schema current = schemaOf(type);
    BinaryMessageEncoder<GenericRecord> random =
        new BinaryMessageEncoder<>(GenericData.get(), current);
    for (Object generic : new RandomData(current, RECORDS, 42L)) {
      T record = format.decode(bytes(random.encode((GenericRecord) generic)));
      byte[] written = format.encode(record);
      assertThat(format.decode(written)).isEqualTo(record);
      for (Schema version : versions) {
        BinaryMessageDecoder<GenericRecord> old =
            new BinaryMessageDecoder<>(GenericData.get(), version);
        old.addSchema(current);
        assertThat(old.decode(written).getSchema()).isEqualTo(version);
      }
    }
  }

  private static Class<? extends SpecificRecordBase> typeOf(String name)
      throws ClassNotFoundException {
    return Class.forName("dev.guanlan.schema." + name).asSubclass(SpecificRecordBase.class);
  }

  private static Schema schemaOf(Class<? extends SpecificRecordBase> type) {
    return org.apache.avro.specific.SpecificData.getForClass(type).getSchema(type);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
