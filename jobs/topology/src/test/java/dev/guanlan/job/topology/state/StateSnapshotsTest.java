package dev.guanlan.job.topology.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.guanlan.job.common.enrich.TopologyTypes;
import dev.guanlan.model.Labels;
import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallSide;
import dev.guanlan.topology.CallStatistics;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Relation;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file {@code snapshots/<type>-<version>.bin} holds a serializer's snapshot and one element,
 * as the release that brought the version wrote them. To bring a new one, add its line to {@link
 * #kept()} and run the test: it writes the file, which is then committed. Old files never change.
 */
@DisplayName("State of an earlier release")
class StateSnapshotsTest {

  private static final Path FOLDER = Path.of("src/test/resources/snapshots");

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
    CallSide caller =
        new CallSide(
            "acme",
            "0af7651916cd43dd8448eb211c80319cb7ad6b7169203331",
            true,
            "service:shop/web",
            new CallSide.Peer("external", "external:bank", "bank"),
            1_700_000_000_000L,
            12.5,
            true);
    CallSide called =
        new CallSide(
            "acme",
            caller.pair(),
            false,
            "service:shop/cart",
            CallSide.Peer.NONE,
            1_700_000_000_001L,
            10,
            false);
    Call call = new Call("acme", "service:shop/web", caller.peer(), 1_700_000_000_000L, 12.5, true);
    Entity entity =
        new Entity(
            "acme",
            "service",
            "service:shop/cart",
            "cart 购物车",
            Labels.of("service.name", "cart", "text", "x".repeat(70_000)),
            1_700_000_000_000L,
            false);
    Relation relation =
        Relation.of("acme", "calls", "service:a", "service:b", Labels.of("count", "3"), 5)
            .tombstone(7);
    return Stream.of(
        new Kept<>("call-side-1", StateTypes.CALL_SIDES, caller),
        new Kept<>("call-1", StateTypes.CALLS, call),
        new Kept<>(
            "open-call-1", StateTypes.OPEN_CALLS, new OpenCall(null, List.of(called), false)),
        new Kept<>(
            "open-call-answered-1", StateTypes.OPEN_CALLS, new OpenCall(caller, List.of(), true)),
        new Kept<>(
            "open-windows-1",
            StateTypes.OPEN_WINDOWS,
            new OpenWindows(
                call,
                new TreeMap<>(
                    Map.of(
                        10_000L, new CallStatistics(3, 1, 20.5, 12.5),
                        20_000L, new CallStatistics(1, 0, 2, 2))))),
        new Kept<>(
            "tracked-change-1",
            StateTypes.TRACKED_CHANGES,
            new TrackedChange(entity, 1_699_999_999_000L, true, 1_700_000_060_000L)),
        new Kept<Change>("change-1", TopologyTypes.CHANGES, relation));
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
      assertThat(reader.deserialize(new DataInputDeserializer(element))).isEqualTo(kept.element());
    }
  }

  @Test
  @DisplayName("is kept for every type that there is")
  void isComplete() throws IllegalAccessException {
    List<Object> types = new ArrayList<>();
    for (Field field : StateTypes.class.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        types.add(field.get(null));
      }
    }
    assertThat(kept().map(kept -> (Object) kept.type())).containsAll(types);
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
