package dev.guanlan.job.common.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Place;
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
 * Each file {@code snapshots/<type>-<version>.bin} holds a serializer's snapshot and one element,
 * as the release that brought the version wrote them. To bring a new one, add its line to {@link
 * #kept()} and run the test: it writes the file, which is then committed. Old files never change.
 */
@DisplayName("What enrichment of an earlier release wrote")
final class PlacedFormatsTest {

  private static final Path FOLDER = Path.of("src/test/resources/snapshots/enrich");

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
    Place place = new Place("prod", "shop", "cart", "n1", "cart", "");
    SampleBlock samples =
        SampleBlock.builder("acme", new Origin("otlp_metrics", 1, 2))
            .series(Labels.of("__name__", "up", "job", "a"))
            .sample(1, 0.5)
            .series(Labels.of("__name__", "up", "job", "b"))
            .sample(2, 1)
            .series(Labels.of("__name__", "up", "job", "c"))
            .build();
    LogBlock logs =
        new LogBlock(
            "acme",
            Origin.NONE,
            List.of(new LogBlock.ResourceLogs(Labels.of("a", "1"), "scope", List.of())));
    SpanBlock spans = new SpanBlock("acme", Origin.NONE, List.of());
    return Stream.of(
        new Kept<>(
            "placed-samples-1",
            TopologyTypes.PLACED_SAMPLES,
            new Placed<>(samples, new Place[] {place, place, Place.NONE})),
        new Kept<>(
            "placed-logs-1", TopologyTypes.PLACED_LOGS, new Placed<>(logs, new Place[] {place})),
        new Kept<>("placed-spans-1", TopologyTypes.PLACED_SPANS, new Placed<>(spans, new Place[0])),
        new Kept<Change>(
            "change-1",
            TopologyTypes.CHANGES,
            new Entity("acme", "host", "host:h1", "h1", Labels.of("os.type", "linux"), 7, false)));
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
      assertThat(text(value)).isEqualTo(text(kept.element()));
    }
  }

  /** Returns all that an element holds as text, because blocks and arrays have no equality. */
  private static String text(Object element) {
    if (!(element instanceof Placed<?> placed)) {
      return element.toString();
    }
    StringBuilder text = new StringBuilder(List.of(placed.places()).toString());
    if (placed.block() instanceof SampleBlock block) {
      text.append(block.tenant()).append(block.origin());
      for (int s = 0; s < block.seriesCount(); s++) {
        text.append(block.id(s)).append(block.labels(s));
        for (int i = block.firstSample(s); i < block.endSample(s); i++) {
          text.append(block.timestamp(i)).append(':').append(block.value(i)).append(' ');
        }
      }
    } else {
      text.append(placed.block());
    }
    return text.toString();
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
