package dev.guanlan.connector.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.fail;

import dev.guanlan.store.ColumnBuffer;
import dev.guanlan.store.InsertBuffer;
import dev.guanlan.store.RowBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds committables to what earlier releases wrote: a checkpoint with blocks may be restored by a
 * newer one. The files are never written again; a new version gets new ones beside them.
 */
@DisplayName("A block in a checkpoint")
final class ClickHouseCommittableSerializerTest {

  private static final Path FOLDER = Path.of("src/test/resources/snapshots");

  private final ClickHouseCommittableSerializer serializer = new ClickHouseCommittableSerializer();

  /**
   * Is one version of one kind of block.
   *
   * @param name the file's name, without its ending
   * @param version what the file was written in
   * @param committable what the file holds
   */
  record Kept(String name, int version, ClickHouseCommittable committable) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kept> kept() {
    RowBuffer rows = new RowBuffer(64);
    for (int row = 0; row < 3; row++) {
      rows.int64(row);
      rows.string("x".repeat(100 * row));
      rows.endRow();
    }
    ColumnBuffer columns =
        new ColumnBuffer(
            List.of(
                new ColumnBuffer.Column("id", "UInt128", 16),
                new ColumnBuffer.Column("day", "Date", 2)));
    for (int row = 0; row < 3; row++) {
      columns.int128(0, 7, row);
      columns.int16(1, 20_000 + row);
      columns.endRow();
    }
    return Stream.of(
        new Kept("block-of-rows-1", 1, committable("RowBinary", rows)),
        new Kept("block-of-columns-1", 1, committable("Native", columns)),
        new Kept("block-of-rows-2", 2, committable("RowBinary", rows)),
        new Kept("block-of-columns-2", 2, committable("Native", columns)));
  }

  private static ClickHouseCommittable committable(String format, InsertBuffer buffer) {
    return new ClickHouseCommittable(
        "INSERT INTO ü FORMAT " + format, "job/0/1/2", buffer.block(0, buffer.rows()));
  }

  @ParameterizedTest
  @MethodSource("kept")
  @DisplayName("of an earlier release is read as what it was, and can be taken apart")
  void isRead(Kept kept) throws IOException {
    ClickHouseCommittable read = serializer.deserialize(kept.version(), file(kept));
    ClickHouseCommittable expected = kept.committable();
    assertThat(read.statement()).isEqualTo(expected.statement());
    assertThat(read.token()).isEqualTo(expected.token());
    assertThat(read.block().rows()).isEqualTo(3);
    assertThat(read.body(0, 3).toBytes()).isEqualTo(expected.body(0, 3).toBytes());
    assertThat(read.body(1, 2).toBytes()).isEqualTo(expected.body(1, 2).toBytes());
    assertThat(read.token(1, 2)).isEqualTo("job/0/1/2/1-2");
  }

  static Stream<Kept> newest() {
    return kept()
        .filter(kept -> kept.version() == new ClickHouseCommittableSerializer().getVersion());
  }

  @ParameterizedTest
  @MethodSource("newest")
  @DisplayName("is written as it was since its version came")
  void isWritten(Kept kept) throws IOException {
    assertThat(serializer.serialize(kept.committable())).isEqualTo(file(kept));
  }

  @Test
  @DisplayName("of a later release is refused, with what to do")
  void laterVersion() {
    assertThatIOException()
        .isThrownBy(() -> serializer.deserialize(3, new byte[0]))
        .withMessageContaining("version 3")
        .withMessageContaining("or a newer one");
  }

  @Test
  @DisplayName("of an unknown kind is refused")
  void unknownKind() throws IOException {
    Kept kept = kept().findFirst().orElseThrow();
    byte[] damaged = serializer.serialize(kept.committable());
    int kind = 4 + kept.committable().statement().length() + 1 + 4 + "job/0/1/2".length();
    damaged[kind] = 9;
    assertThatIOException()
        .isThrownBy(() -> serializer.deserialize(serializer.getVersion(), damaged))
        .withMessageContaining("kind 9");
  }

  @ParameterizedTest
  @MethodSource("newest")
  @DisplayName("is refused wherever it was cut off")
  void cutOff(Kept kept) throws IOException {
    byte[] whole = file(kept);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatIOException()
          .as("the first %d of %d bytes", length, whole.length)
          .isThrownBy(() -> serializer.deserialize(kept.version(), part))
          .withMessageContaining("damaged");
    }
  }

  private static byte[] file(Kept kept) throws IOException {
    Path file = FOLDER.resolve(kept.name() + ".bin");
    if (Files.notExists(file)) {
      Files.createDirectories(FOLDER);
      Files.write(file, new ClickHouseCommittableSerializer().serialize(kept.committable()));
      fail("%s was missing and is written now; commit it if the version is new", file);
    }
    return Files.readAllBytes(file);
  }
}
