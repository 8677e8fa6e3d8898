package dev.guanlan.job.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.Entity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file {@code snapshots/<type>-<version>.bin} holds a serializer's snapshot and one element,
 * as the release that brought the version wrote them. To bring a new one, add its line to {@link
 * #kept()} and run the test: it writes the file, which is then committed. Old files never change.
 */
@DisplayName("State of an earlier release")
final class SerializerSnapshotsTest {

  private static final Path FOLDER = Path.of("src/test/resources/snapshots");

  /**
   * Is one version of one type.
   *
   * @param name the file's name, without its ending
   * @param type the type as of today
   * @param element what the file holds
   */
  record Kept<T>(String name, TypeInformation<T> type, T element) {

    TypeSerializer<T> serializer() {
      return type.createSerializer(new SerializerConfigImpl());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kept<?>> kept() {
    Entity entity =
        Entity.newBuilder()
            .setType("service")
            .setId("shop/cart")
            .setName("cart")
            .setAttributes(Map.of("service.name", "cart"))
            .setVersion(1_700_000_000_000L)
            .build();
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setTopic("otlp_logs")
            .setPartition(1)
            .setOffset(2)
            .setFailedAtMillis(3)
            .setReason("the text is malformed")
            .setPayload(ByteBuffer.wrap(new byte[] {1, 2, 3}))
            .build();
    DeadLetter part = DeadLetter.newBuilder(letter).setEntriesTaken(4).setEntriesLeftOut(5).build();
    return Stream.of(
        new Kept<>("samples-1", BlockTypes.SAMPLES, Blocks.samples()),
        new Kept<>("samples-2", BlockTypes.SAMPLES, Blocks.samplesWithExtras()),
        new Kept<>("logs-1", BlockTypes.LOGS, Blocks.logs()),
        new Kept<>("spans-1", BlockTypes.SPANS, Blocks.spans()),
        new Kept<>("flows-1", BlockTypes.FLOWS, Blocks.flows()),
        new Kept<>("resources-1", BlockTypes.RESOURCES, Blocks.resources()),
        new Kept<>("entity-1", SchemaTypes.of(Entity.class), entity),
        new Kept<>("dead-letter-1", SchemaTypes.of(DeadLetter.class), letter),
        new Kept<>("dead-letter-2", SchemaTypes.of(DeadLetter.class), part),
        new Kept<>(
            "decoded-1", Decoded.typeOf(BlockTypes.LOGS), Decoded.of(Blocks.logs(), 12_345L)),
        new Kept<>(
            "decoded-2",
            Decoded.typeOf(BlockTypes.LOGS),
            Decoded.part(Blocks.logs(), part, 12_345L)));
  }

  @ParameterizedTest
  @MethodSource("kept")
  @DisplayName("is compatible as it is, and reads as what it was")
  <T> void isCompatible(Kept<T> kept) throws IOException {
    DataInputDeserializer file = new DataInputDeserializer(read(kept));
    TypeSerializerSnapshot<T> old =
        TypeSerializerSnapshot.readVersionedSnapshot(file, getClass().getClassLoader());
    byte[] element = new byte[file.available()];
    file.readFully(element);

    assertThat(
            kept.serializer()
                .snapshotConfiguration()
                .resolveSchemaCompatibility(old)
                .isCompatibleAsIs())
        .isTrue();
    for (TypeSerializer<T> reader : List.of(kept.serializer(), old.restoreSerializer())) {
      T value = reader.deserialize(new DataInputDeserializer(element));
      assertThat(comparable(value)).isEqualTo(comparable(kept.element()));
    }
  }

  @ParameterizedTest
  @MethodSource("kept")
  @DisplayName("of another type is not compatible")
  void otherTypesAreNot(Kept<?> kept) {
    kept()
        .filter(other -> !other.type().equals(kept.type()))
        .forEach(other -> assertThat(compatible(kept, other)).isFalse());
  }

  @SuppressWarnings("unchecked") // What a wrong restore would do.
  private static <T> boolean compatible(Kept<T> current, Kept<?> old) {
    return current
        .serializer()
        .snapshotConfiguration()
        .resolveSchemaCompatibility(
            (TypeSerializerSnapshot<T>) old.serializer().snapshotConfiguration())
        .isCompatibleAsIs();
  }

  private static Object comparable(Object value) {
    return value instanceof SampleBlock block ? Blocks.content(block) : value;
  }

  private static <T> byte[] read(Kept<T> kept) throws IOException {
    Path file = FOLDER.resolve(kept.name() + ".bin");
    if (Files.notExists(file)) {
      DataOutputSerializer out = new DataOutputSerializer(64);
      TypeSerializerSnapshot.writeVersionedSnapshot(out, kept.serializer().snapshotConfiguration());
      kept.serializer().serialize(kept.element(), out);
      Files.createDirectories(FOLDER);
      Files.write(file, out.getCopyOfBuffer());
      fail("%s was missing and is written now; commit it if the version is new", file);
    }
    return Files.readAllBytes(file);
  }
}
