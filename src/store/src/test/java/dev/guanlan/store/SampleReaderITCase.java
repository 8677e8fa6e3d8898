package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.testing.ClickHouseExtension;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The reader of samples")
class SampleReaderITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final String DATABASE = "sample_reader_it";
  private static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

  /** The end of a day, so that an hour before it is on another. */
  private static final long MIDNIGHT = 1_700_006_400_000L;

  private static final Labels A = Labels.of("__name__", "cpu", "host", "a", "path", "c:\\t'x'\nü");
  private static final Labels B = Labels.of("__name__", "cpu", "host", "b");
  private static final Labels MEMORY = Labels.of("__name__", "memory", "host", "a");

  private static ClickHouseHttp client;

  @BeforeAll
  static void store() throws Exception {
    client = ClickHouseHttp.builder(URI.create(CLICKHOUSE.url())).database(DATABASE).build();
    Migrations.ofThisRelease().apply(client, DATABASE);
    series("t", A);
    series("t", B);
    series("t", MEMORY);
    series("other", A);
    for (int i = 0; i <= 60; i++) {
      sample("t", A, MIDNIGHT - i * 60_000L, i);
    }
    sample("t", A, MIDNIGHT, 0);
    sample("t", B, MIDNIGHT - 1_000, STALE);
    sample("t", MEMORY, MIDNIGHT, -0.1);
    sample("other", A, MIDNIGHT, 99);
    CLICKHOUSE.query(
        "INSERT INTO %s.histograms VALUES (%s, fromUnixTimestamp64Milli(toInt64(%d)), 0, 'not_reset', 3, 0.001, 1, 6, 2.5, [-2, 4], [2, 3], [0], [0.5], [], '2100-01-01')"
            .formatted(DATABASE, key("t", MEMORY), MIDNIGHT - 60_000)
            .replace(
                " VALUES",
                " (key, timestamp, start, reset_hint, schema, zero_threshold, zero_count, count,"
                    + " sum, `positive.index`, `positive.count`, `negative.index`,"
                    + " `negative.count`, custom_bounds, expires) VALUES"));
  }

  private static String id(String tenant, Labels labels) {
    return "reinterpretAsUInt128(reverse(unhex('%s')))"
        .formatted(SeriesId.of(tenant, labels).toHex());
  }

  private static String metricId(String tenant, Labels labels) {
    return "reinterpretAsUInt64(toInt64(%d))".formatted(MetricId.of(tenant, labels.metricName()));
  }

  private static String key(String tenant, Labels labels) {
    return "bitOr(bitShiftLeft(toUInt128(%s), 64), bitShiftRight(%s, 64))"
        .formatted(metricId(tenant, labels), id(tenant, labels));
  }

  /** Stores a series twice: on two days, at places that differ. */
  private static void series(String tenant, Labels labels) {
    StringBuilder map = new StringBuilder();
    labels
        .toMap()
        .forEach(
            (name, value) -> {
              if (!name.equals(Labels.METRIC_NAME)) {
                map.append(map.isEmpty() ? "" : ", ")
                    .append("'%s', unhex('%s')".formatted(name, hex(value)));
              }
            });
    CLICKHOUSE.query(
        "INSERT INTO %s.series (tenant, metric, day, id, metric_id, labels, node, first_seen, version, expires)"
                .formatted(DATABASE)
            + " SELECT '%s', '%s', toDate(%d - 86400 * number), %s, %s, map(%s), toString(number), %d, 1, '2100-01-01' FROM numbers(2)"
                .formatted(
                    tenant,
                    labels.metricName(),
                    MIDNIGHT / 1000,
                    id(tenant, labels),
                    metricId(tenant, labels),
                    map,
                    MIDNIGHT / 1000));
  }

  private static String hex(String text) {
    return java.util.HexFormat.of()
        .formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static void sample(String tenant, Labels labels, long millis, double value) {
    CLICKHOUSE.query(
        "INSERT INTO %s.samples (key, timestamp, digits, scale, expires) SELECT %s, fromUnixTimestamp64Milli(toInt64(%d)), toInt64(%d), -1, '2100-01-01'"
            .formatted(DATABASE, key(tenant, labels), millis, Double.doubleToRawLongBits(value)));
  }

  private static Matcher matcher(String name, MatcherType type, String value) {
    return new Matcher(name, type, value);
  }

  private static SampleSelection cpu(long from, Matcher... more) {
    List<Matcher> matchers = new ArrayList<>(List.of(more));
    matchers.add(matcher("__name__", MatcherType.EQUAL, "cpu"));
    return new SampleSelection(matchers, from);
  }

  /** Reads, and tells each series with its samples. */
  private static List<String> read(SampleReader reader, SampleSelection... selections)
      throws Exception {
    List<String> lines = new ArrayList<>();
    for (SampleBlock block : reader.read("t", List.of(selections), MIDNIGHT)) {
      assertThat(block.tenant()).isEqualTo("t");
      for (int s = 0; s < block.seriesCount(); s++) {
        StringBuilder line = new StringBuilder(block.labels(s).toString());
        for (int i = block.firstSample(s); i < block.endSample(s); i++) {
          line.append(" %d:".formatted(block.timestamp(i) - MIDNIGHT))
              .append(
                  block.histogram(i) != null
                      ? "h"
                      : Long.toHexString(Double.doubleToRawLongBits(block.value(i)))
                              .equals("7ff0000000000002")
                          ? "stale"
                          : block.value(i));
        }
        lines.add(line.toString());
      }
    }
    lines.sort(null);
    return lines;
  }

  private static SampleReader reader() {
    return new SampleReader(client, 10, 1000);
  }

  @Test
  @DisplayName("gives each sample once, of its tenant, after the time that is asked for")
  void samples() throws Exception {
    assertThat(read(reader(), cpu(MIDNIGHT - 120_000)))
        .containsExactly(A + " -60000:1.0 0:0.0", B + " -1000:stale");
  }

  @Test
  @DisplayName("reads over midnight")
  void overMidnight() throws Exception {
    List<SampleBlock> blocks = reader().read("t", List.of(cpu(MIDNIGHT - 3_600_001)), MIDNIGHT);
    assertThat(blocks.stream().mapToInt(SampleBlock::sampleCount).sum()).isEqualTo(62);
  }

  @Test
  @DisplayName("chooses series as matchers do")
  void matchers() throws Exception {
    long from = MIDNIGHT - 2_000;
    assertThat(read(reader(), cpu(from, matcher("host", MatcherType.REGEX, "b|c"))))
        .containsExactly(B + " -1000:stale");
    assertThat(read(reader(), cpu(from, matcher("path", MatcherType.EQUAL, "c:\\t'x'\nü"))))
        .containsExactly(A + " 0:0.0");
    assertThat(read(reader(), cpu(from, matcher("path", MatcherType.REGEX, "c:.*ü"))))
        .as("a dot is also the end of a line")
        .containsExactly(A + " 0:0.0");
    assertThat(read(reader(), cpu(from, matcher("path", MatcherType.EQUAL, ""))))
        .as("a label that is not there")
        .containsExactly(B + " -1000:stale");
    assertThat(read(reader(), cpu(from, matcher("path", MatcherType.NOT_EQUAL, ""))))
        .containsExactly(A + " 0:0.0");
    assertThat(read(reader(), cpu(from, matcher("host", MatcherType.NOT_REGEX, "a.*"))))
        .containsExactly(B + " -1000:stale");
    assertThat(read(reader(), cpu(from, matcher("host", MatcherType.EQUAL, "nowhere")))).isEmpty();
    assertThat(
            read(
                reader(),
                new SampleSelection(List.of(matcher("host", MatcherType.EQUAL, "a")), from)))
        .containsExactly(A + " 0:0.0", MEMORY + " 0:-0.1");
  }

  @Test
  @DisplayName("reads a series that several selections choose once, as far back as any asks")
  void union() throws Exception {
    assertThat(
            read(
                reader(),
                cpu(MIDNIGHT - 500),
                cpu(MIDNIGHT - 61_000, matcher("host", MatcherType.EQUAL, "a"))))
        .containsExactly(A + " -60000:1.0 0:0.0");
  }

  @Test
  @DisplayName("reads a part of the series, whose limits are its own")
  void part() throws Exception {
    SampleReader reader = new SampleReader(client, 1, 1000);
    List<SampleSelection> selections = List.of(cpu(MIDNIGHT - 2_000));
    List<Labels> read = new ArrayList<>();
    for (Labels series : List.of(A, B)) {
      reader.read(
          "t",
          selections,
          MIDNIGHT,
          new SampleReader.Part(series::equals, 2),
          piece -> read.add(piece.labels(0)));
    }
    assertThat(read).containsExactly(A, B);
    assertThatThrownBy(
            () ->
                reader.read(
                    "t",
                    selections,
                    MIDNIGHT,
                    new SampleReader.Part(A::equals, 1),
                    piece -> read.add(piece.labels(0))))
        .as("with more series than the parts may have together it may not have seen its own")
        .isInstanceOf(ReadLimitException.class);
    assertThat(read).hasSize(2);
  }

  @Test
  @DisplayName("reads a part in pieces of a few series, each series once")
  void pieces() throws Exception {
    List<Labels> stored = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      Labels series = Labels.of("__name__", "many", "n", Integer.toString(i));
      series("t", series);
      sample("t", series, MIDNIGHT - 1_000, i);
      stored.add(series);
    }
    List<Labels> read = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    new SampleReader(client, 25, 25)
        .read(
            "t",
            List.of(
                new SampleSelection(
                    List.of(matcher("__name__", MatcherType.EQUAL, "many")), MIDNIGHT - 2_000)),
            MIDNIGHT,
            new SampleReader.Part(series -> true, 1),
            piece -> {
              sizes.add(piece.seriesCount());
              for (int s = 0; s < piece.seriesCount(); s++) {
                read.add(piece.labels(s));
              }
            });
    assertThat(read).containsExactlyInAnyOrderElementsOf(stored);
    assertThat(sizes).containsExactly(10, 15);
  }

  @Test
  @DisplayName("reads series with very many samples in several pieces")
  void manySamples() throws Exception {
    int samples = 650_000;
    long first = MIDNIGHT - samples;
    List<Labels> both = new ArrayList<>();
    for (String name : List.of("x", "y")) {
      Labels series = Labels.of("__name__", "dense", "name", name);
      series("t", series);
      // All of them twice, as if an agent had sent them again.
      for (int i = 0; i < 2; i++) {
        CLICKHOUSE.query(
            "INSERT INTO %s.samples (key, timestamp, digits, scale, expires) SELECT %s, fromUnixTimestamp64Milli(toInt64(%d + number)), reinterpretAsInt64(toFloat64(number)), -1, '2100-01-01' FROM numbers(%d)"
                .formatted(DATABASE, key("t", series), first, samples));
      }
      both.add(series);
    }
    for (Labels whole : both) {
      Map<Labels, List<Double>> read = new HashMap<>();
      new SampleReader(client, 2, 2_000_000)
          .read(
              "t",
              List.of(
                  dense(whole.getOrEmpty("name"), first - 1),
                  // Of the other one most rows that are there are not asked for.
                  dense("x|y", MIDNIGHT - 11)),
              MIDNIGHT,
              SampleReader.Part.WHOLE,
              piece -> {
                assertThat(piece.sampleCount()).isLessThanOrEqualTo(300_000);
                for (int s = 0; s < piece.seriesCount(); s++) {
                  List<Double> values =
                      read.computeIfAbsent(piece.labels(s), series -> new ArrayList<>());
                  for (int i = piece.firstSample(s); i < piece.endSample(s); i++) {
                    assertThat((double) (piece.timestamp(i) - first)).isEqualTo(piece.value(i));
                    values.add(piece.value(i));
                  }
                }
              });
      for (Labels series : both) {
        int from = series.equals(whole) ? 0 : samples - 10;
        assertThat(read.get(series))
            .isEqualTo(IntStream.range(from, samples).mapToObj(i -> (double) i).toList());
      }
    }
  }

  private static SampleSelection dense(String names, long from) {
    return new SampleSelection(
        List.of(
            matcher("__name__", MatcherType.EQUAL, "dense"),
            matcher("name", MatcherType.REGEX, names)),
        from);
  }

  @Test
  @DisplayName("reads series with many native histograms in several pieces")
  void manyHistograms() throws Exception {
    int samples = 45_000;
    Labels series = Labels.of("__name__", "buckets");
    series("t", series);
    CLICKHOUSE.query(
        "INSERT INTO %s.histograms (key, timestamp, start, reset_hint, schema, zero_threshold, zero_count, count, sum, `positive.index`, `positive.count`, `negative.index`, `negative.count`, custom_bounds, expires) SELECT %s, fromUnixTimestamp64Milli(toInt64(%d + number)), 0, 'not_reset', 3, 0.001, 1, 6, number, [-2, 4], [2, 3], [0], [0.5], [], '2100-01-01' FROM numbers(%d)"
            .formatted(DATABASE, key("t", series), MIDNIGHT - samples, samples));
    List<Integer> sizes = new ArrayList<>();
    List<Double> sums = new ArrayList<>();
    new SampleReader(client, 1, 2_000_000)
        .read(
            "t",
            List.of(
                new SampleSelection(
                    List.of(matcher("__name__", MatcherType.EQUAL, "buckets")),
                    MIDNIGHT - samples - 1)),
            MIDNIGHT,
            SampleReader.Part.WHOLE,
            piece -> {
              sizes.add(piece.sampleCount());
              for (int i = 0; i < piece.sampleCount(); i++) {
                sums.add(Objects.requireNonNull(piece.histogram(i)).sum());
              }
            });
    assertThat(sizes).containsExactly(20_000, 20_000, 5_000);
    assertThat(sums).isEqualTo(IntStream.range(0, samples).mapToObj(i -> (double) i).toList());
  }

  @Test
  @DisplayName("gives native histograms as they were")
  void histograms() throws Exception {
    List<SampleBlock> blocks =
        reader()
            .read(
                "t",
                List.of(
                    new SampleSelection(
                        List.of(matcher("__name__", MatcherType.EQUAL, "memory")),
                        MIDNIGHT - 120_000)),
                MIDNIGHT);
    assertThat(blocks).hasSize(2);
    SampleBlock block = blocks.get(1);
    assertThat(block.labels(0)).isEqualTo(MEMORY);
    assertThat(block.timestamp(0)).isEqualTo(MIDNIGHT - 60_000);
    assertThat(block.histogram(0))
        .isEqualTo(
            new Histogram(
                ResetHint.NOT_RESET,
                3,
                0.001,
                1,
                6,
                2.5,
                Buckets.of(new int[] {-2, 4}, new double[] {2, 3}, 2),
                Buckets.of(new int[] {0}, new double[] {0.5}, 1),
                new double[0]));
  }

  @Test
  @DisplayName("refuses what is more than it may read, and says how much that is")
  void limits() {
    assertThatThrownBy(() -> read(new SampleReader(client, 1, 1000), cpu(MIDNIGHT - 2_000)))
        .isInstanceOf(ReadLimitException.class)
        .hasMessageContaining("more than 1 series");
    assertThatThrownBy(() -> read(new SampleReader(client, 10, 3), cpu(MIDNIGHT - 300_000)))
        .isInstanceOf(ReadLimitException.class)
        .hasMessageContaining("more than 3 samples");
  }
}
