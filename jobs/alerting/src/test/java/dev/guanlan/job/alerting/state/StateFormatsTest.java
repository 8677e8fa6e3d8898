package dev.guanlan.job.alerting.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.VersionedSerializer;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.AlertState;
import dev.guanlan.rules.KeptPlace;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.rules.template.AlertPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads what was written when each format was young. The files under {@code formats} are never
 * changed: a new version of a format adds one.
 */
class StateFormatsTest {

  private static final Path FORMATS =
      Path.of("src/test/resources/dev/guanlan/job/alerting/state/formats");
  private static final Labels UP = Labels.of("__name__", "up", "job", "a");

  static Stream<Arguments> formats() {
    Alert firing =
        new Alert(
            Labels.of("alertname", "Down", "job", "a"),
            Map.of("summary", "a is down"),
            AlertState.FIRING,
            0.5,
            1000,
            2000,
            Alert.NEVER,
            3000,
            Alert.NEVER);
    return Stream.of(
        Arguments.of("SeriesId", new SeriesIdSerializer(), new SeriesId(1, -2)),
        Arguments.of(
            "SeriesWindow",
            new SeriesWindowSerializer(),
            new SeriesWindow(UP, new long[] {1, 2}, new double[] {0.1, StaleMarker.VALUE})),
        Arguments.of(
            "KnownSeries", new KnownSeriesSerializer(), new KnownSeries(new SeriesId(1, -2), UP)),
        Arguments.of(
            "Segment",
            new SegmentSerializer(),
            new Segment(
                new int[] {300, 2, 300},
                new long[] {1_700_000_000_000L, 1_700_000_000_000L, 1_699_999_999_000L},
                new double[] {0.1, StaleMarker.VALUE, -1},
                null)),
        Arguments.of(
            "GroupProgress",
            new GroupProgressSerializer(),
            new GroupProgress(60_000, GroupProgress.NONE, 3, List.of(UP))),
        Arguments.of(
            "MissingHistory",
            new MissingHistorySerializer(),
            new MissingHistory(1_700_000_000_000L, "ClickHouse is away")),
        Arguments.of(
            "FilledWindows",
            new FilledWindowsSerializer(),
            new FilledWindows(
                "anonymous/file/g", 1_700_000_000_123L, 60_000, new TreeSet<>(Set.of(-1L, 7L)))),
        Arguments.of(
            "SourceMarks",
            new SourceMarksSerializer(),
            new SourceMarks(3, new long[] {5}, 1_700_000_000_000L, true)),
        Arguments.of(
            "LeafResults",
            new LeafResultsSerializer(),
            new LeafResults(
                "anonymous/file/g",
                1_700_000_000_123L,
                2,
                1_700_000_000_000L,
                true,
                300,
                1_699_999_999_000L,
                4,
                new long[] {1, -2, 3, 4},
                new @Nullable Labels[] {UP, null},
                List.of(
                    new LeafColumn(null, new int[] {1, 0}, new double[] {0.1, -0.0}, null),
                    new LeafColumn("vectors collide", new int[0], new double[0], null)),
                new long[] {1, 2, 3, 4})),
        Arguments.of(
            "RuleMemory",
            new RuleMemorySerializer(),
            RuleMemory.of(Map.of(firing.labels(), firing), Set.of(UP))));
  }

  private static RuleMemory placed() {
    KeptPlace a =
        new KeptPlace(
            Labels.of("alertname", "Down", "owner", "sre"),
            new AlertPlace("prod", "shop", "cart", "n1", "cart", "sre", List.of("web", "worker")));
    KeptPlace b = new KeptPlace(Labels.of("alertname", "Down", "job", "b"), AlertPlace.NONE);
    return new RuleMemory(
        new TreeMap<>(),
        new TreeSet<>(),
        new TreeMap<>(Map.of(UP, a, UP.with("job", "b"), b, UP.with("job", "c"), a)));
  }

  @Test
  void rulesKeepThePlacesOfTheirAlerts() throws Exception {
    RuleMemorySerializer serializer = new RuleMemorySerializer();
    DataOutputSerializer element = new DataOutputSerializer(64);
    serializer.serialize(placed(), element);

    assertThat(HexFormat.of().formatHex(element.getCopyOfBuffer()))
        .isEqualTo(text("RuleMemory-2-placed.element"));
    assertThat(serializer.deserialize(new DataInputDeserializer(element.getCopyOfBuffer())))
        .isEqualTo(placed());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  <T> void everyVersionIsReadAsItWasWritten(String name, VersionedSerializer<T> serializer, T value)
      throws Exception {
    for (int version = 1; version <= serializer.version(); version++) {
      byte[] element = bytes(name + "-" + version + ".element");
      byte[] snapshot = bytes(name + "-" + version + ".snapshot");
      assertThat(serializer.deserialize(new DataInputDeserializer(element))).isEqualTo(value);
      TypeSerializerSnapshot<T> old =
          TypeSerializerSnapshot.readVersionedSnapshot(
              new DataInputDeserializer(snapshot), getClass().getClassLoader());
      assertThat(
              serializer.snapshotConfiguration().resolveSchemaCompatibility(old).isCompatibleAsIs())
          .isTrue();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  <T> void todaysVersionIsTheOneThatIsKept(String name, VersionedSerializer<T> serializer, T value)
      throws Exception {
    DataOutputSerializer element = new DataOutputSerializer(64);
    serializer.serialize(value, element);
    DataOutputSerializer snapshot = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(snapshot, serializer.snapshotConfiguration());
    assertThat(HexFormat.of().formatHex(element.getCopyOfBuffer()))
        .isEqualTo(text(name + "-" + serializer.version() + ".element"));
    assertThat(HexFormat.of().formatHex(snapshot.getCopyOfBuffer()))
        .isEqualTo(text(name + "-" + serializer.version() + ".snapshot"));
  }

  @Test
  void windowsKeepTheirHistograms() throws IOException {
    Histogram histogram =
        new Histogram(
            ResetHint.UNKNOWN, 3, 0.001, 1, 3, 2.5, Buckets.EMPTY, Buckets.EMPTY, new double[0]);
    SeriesWindow window =
        new SeriesWindow(
            UP, new long[] {1, 2}, new double[2], new @Nullable Histogram[] {null, histogram});
    DataOutputSerializer element = new DataOutputSerializer(64);
    new SeriesWindowSerializer().serialize(window, element);

    assertThat(
            new SeriesWindowSerializer()
                .deserialize(new DataInputDeserializer(element.getCopyOfBuffer())))
        .isEqualTo(window);
  }

  @Test
  void segmentsKeepTheirHistograms() throws IOException {
    Histogram histogram =
        new Histogram(
            ResetHint.UNKNOWN, 3, 0.001, 1, 3, 2.5, Buckets.EMPTY, Buckets.EMPTY, new double[0]);
    Segment segment =
        new Segment(
            new int[] {1, 0},
            new long[] {Long.MAX_VALUE, Long.MIN_VALUE},
            new double[2],
            new @Nullable Histogram[] {null, histogram});
    DataOutputSerializer element = new DataOutputSerializer(64);
    new SegmentSerializer().serialize(segment, element);

    assertThat(
            new SegmentSerializer()
                .deserialize(new DataInputDeserializer(element.getCopyOfBuffer())))
        .isEqualTo(segment);
  }

  @Test
  void everyStateTypeHasItsFormatKept() throws IOException {
    try (Stream<Path> sources =
        Files.list(Path.of("src/main/java/dev/guanlan/job/alerting/state"))) {
      List<String> serializers =
          sources
              .map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith("Serializer.java"))
              .map(name -> name.replace("Serializer.java", ""))
              .toList();
      assertThat(serializers)
          .containsExactlyInAnyOrderElementsOf(
              formats().map(format -> (String) format.get()[0]).toList());
    }
  }

  private static String text(String file) throws IOException {
    return Files.readString(FORMATS.resolve(file)).strip();
  }

  private static byte[] bytes(String file) throws IOException {
    return HexFormat.of().parseHex(text(file));
  }
}
