package dev.guanlan.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.enrich.Placed;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.topology.Place;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The rows of samples")
final class SampleRowsTest {

  private static final long NOW = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final Labels UP = Labels.of("__name__", "up", "job", "node");
  private static final Place HERE = new Place("c", "n", "w", "node-1", "s", "o");
  private static final Place THERE = new Place("c", "n", "w", "node-2", "s", "o");

  private final Map<String, Counter> counters = new HashMap<>();
  private final SampleRows encoder = new SampleRows(bounds(), 3);
  private final OpenTables tables = new OpenTables(encoder);

  private static TimeBounds bounds() {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
    return new TimeBounds(
        clock, Duration.ofDays(29), Duration.ofHours(1), new Retention(30, Map.of("brief", "2")));
  }

  @BeforeEach
  void open() {
    encoder.open(
        new UnregisteredMetricsGroup() {
          @Override
          public Counter counter(String name) {
            return counters.computeIfAbsent(name, key -> super.counter(key));
          }
        });
  }

  private void encode(Labels labels, Place place, long... timestamps) {
    SampleBlock.Builder block = SampleBlock.builder("anonymous", Origin.NONE).series(labels);
    for (long timestamp : timestamps) {
      block.sample(timestamp, 1);
    }
    encoder.encode(new Placed<>(block.build(), new Place[] {place}), tables);
  }

  private int samples() {
    return tables.columns(SampleRows.SAMPLES).rows();
  }

  private int series() {
    return tables.rows(SampleRows.SERIES).rows();
  }

  @Test
  @DisplayName("are one a sample, of 35 bytes")
  void samplesOfAWholeBlock() {
    encode(UP, HERE, NOW - 2, NOW - 1, NOW);
    assertThat(samples()).isEqualTo(3);
    assertThat(tables.columns(SampleRows.SAMPLES).length()).isEqualTo(105);
  }

  @Nested
  @DisplayName("come with a row of the series")
  final class Series {

    @Test
    @DisplayName("when it is new, and not again on the same day")
    void once() {
      encode(UP, HERE, NOW - 1, NOW);
      encode(UP, HERE, NOW);
      assertThat(series()).isEqualTo(1);
      assertThat(counters.get(IngestNames.SERIES_ROWS).getCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("for each day that has a sample")
    void daily() {
      encode(UP, HERE, NOW - 2 * DAY, NOW - DAY - 1, NOW - DAY, NOW);
      assertThat(series()).isEqualTo(3);
    }

    @Test
    @DisplayName("when its place changed")
    void moved() {
      encode(UP, HERE, NOW);
      encode(UP, THERE, NOW);
      encode(UP, new Place("c", "n", "w", "node-2", "s", "o"), NOW);
      assertThat(series()).isEqualTo(2);
    }

    @Test
    @DisplayName("again when so many others came that it was forgotten")
    void forgotten() {
      encode(UP, HERE, NOW);
      for (int other = 0; other < 3; other++) {
        encode(UP.with("instance", "i" + other), HERE, NOW);
      }
      encode(UP, HERE, NOW);
      assertThat(series()).isEqualTo(5);
    }

    @Test
    @DisplayName("once though it occurs twice in a block")
    void twiceInABlock() {
      SampleBlock block =
          SampleBlock.builder("anonymous", Origin.NONE)
              .series(UP)
              .sample(NOW, 1)
              .series(UP)
              .sample(NOW + 1, 2)
              .build();
      encoder.encode(new Placed<>(block, new Place[] {HERE, HERE}), tables);
      assertThat(samples()).isEqualTo(2);
      assertThat(series()).isEqualTo(1);
    }

    @Test
    @DisplayName("but not when none of its samples is kept")
    void notWithoutSample() {
      encode(UP, HERE, 0);
      assertThat(series()).isZero();
    }
  }

  @Test
  @DisplayName("leave out and count what is too old or too far ahead")
  void outOfTime() {
    long oldest = NOW - 29 * DAY;
    long newest = NOW + Duration.ofHours(1).toMillis();
    encode(UP, HERE, Long.MIN_VALUE, 0, oldest - 1, oldest, newest, newest + 1, Long.MAX_VALUE);
    assertThat(samples()).isEqualTo(2);
    assertThat(counters.get(IngestNames.OUT_OF_TIME).getCount()).isEqualTo(5);
  }

  @Test
  @DisplayName("are the same bytes again for a replay")
  void replay() {
    encode(UP, HERE, NOW - 1, NOW);
    byte[] first = tables.columns(SampleRows.SAMPLES).payload(0, 2);
    tables.clear();
    encode(UP, HERE, NOW - 1, NOW);
    assertThat(tables.columns(SampleRows.SAMPLES).payload(0, 2)).isEqualTo(first);
  }

  @Test
  @DisplayName("are left out when they are older than their tenant keeps them")
  void outOfRetention() {
    SampleBlock block =
        SampleBlock.builder("brief", Origin.NONE)
            .series(UP)
            .sample(NOW - 2 * DAY - 1, 1)
            .sample(NOW - 2 * DAY, 1)
            .build();
    encoder.encode(new Placed<>(block, new Place[] {HERE}), tables);
    assertThat(samples()).isEqualTo(1);
  }

  @Test
  @DisplayName("go to tables of their own if they are histograms, and name start times once")
  void histogramsAndStarts() {
    Histogram histogram =
        new Histogram(
            ResetHint.NOT_RESET,
            3,
            0.001,
            1,
            6,
            18.5,
            Buckets.of(new int[] {-1, 4}, new double[] {2, 3}, 2),
            Buckets.EMPTY,
            new double[0]);
    SampleBlock block =
        SampleBlock.builder("anonymous", Origin.NONE)
            .series(UP)
            .histogram(NOW - 1, histogram)
            .startTimestamp(NOW - DAY)
            .histogram(NOW, histogram)
            .startTimestamp(NOW - DAY)
            .exemplar(Labels.of("trace_id", "ab"), 0.5, NOW)
            .exemplar(Labels.of("span_id", "cd"), 0.5, 0)
            .metadata(new MetricMetadata("up", MetricMetadata.Type.GAUGE, "Whether it is up.", ""))
            .metadata(new MetricMetadata("up", MetricMetadata.Type.GAUGE, "Whether it is up.", ""))
            .build();
    encoder.encode(new Placed<>(block, new Place[] {HERE}), tables);
    assertThat(samples()).isZero();
    assertThat(series()).isEqualTo(1);
    assertThat(tables.rows(SampleRows.HISTOGRAMS).rows()).isEqualTo(2);
    assertThat(tables.rows(SampleRows.STARTS).rows()).isEqualTo(1);
    assertThat(tables.rows(SampleRows.EXEMPLARS).rows()).isEqualTo(2);
    assertThat(tables.rows(SampleRows.METADATA).rows()).isEqualTo(1);
  }
}
