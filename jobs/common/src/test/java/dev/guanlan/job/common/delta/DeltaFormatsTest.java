package dev.guanlan.job.common.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
 * Each file {@code snapshots/delta/<type>-<version>.bin} holds a serializer's snapshot and one
 * element, as the release that brought the version wrote them. To bring a new one, add its line to
 * {@link #kept()} and run the test: it writes the file, which is then committed. Old files never
 * change.
 */
@DisplayName("Totals of an earlier release")
final class DeltaFormatsTest {

  private static final Path FOLDER = Path.of("src/test/resources/snapshots/delta");

  /** Is one version of one type, and what its file holds. */
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
    Histogram histogram =
        new Histogram(
            ResetHint.UNKNOWN,
            3,
            1e-128,
            1,
            3,
            2.5,
            Buckets.of(new int[] {-2, 4}, new double[] {1, 1}, 2),
            Buckets.EMPTY,
            new double[0]);
    SampleBlock block =
        SampleBlock.builder("acme", new Origin("otlp_metrics", 1, 2))
            .series(Labels.of("__name__", "requests_total"))
            .delta()
            .sample(1_700_000_000_000L, 4)
            .build();
    return Stream.of(
        new Kept<>(
            "total-1", DeltaTotalSerializer.TYPE, new DeltaTotal(1.5, null, 1_000, 2_000, 3_000)),
        new Kept<>(
            "total-histogram-1",
            DeltaTotalSerializer.TYPE,
            new DeltaTotal(0, histogram, 1_000, 2_000, 3_000)),
        new Kept<>("part-1", DeltaPartSerializer.TYPE, new DeltaPart(7, block)));
  }

  @ParameterizedTest
  @MethodSource("kept")
  @DisplayName("are compatible as they are, and read as what they were")
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

  private static Object comparable(Object element) {
    return element instanceof DeltaPart part
        ? List.of(
            part.bucket(),
            part.block().tenant(),
            part.block().labels(0),
            part.block().isDelta(0),
            part.block().value(0))
        : element;
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
