package dev.guanlan.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.bench.nodes.Family;
import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.bench.send.Signal;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesFileTest {

  private static final int SERIES = 3_000;
  private static final int SCRAPES = 8;
  private static final long END = 1_700_000_000_000L;

  @TempDir private Path folder;
  private RequestFile file = new RequestFile(Path.of(""), Signal.METRICS, 0, 0);

  @BeforeEach
  void write() throws Exception {
    file = new SamplesFile(SERIES, 7).write(folder.resolve("a"), (long) SERIES * SCRAPES - 10, END);
  }

  @Test
  void roundsUpToWholeScrapes() {
    assertThat(file.entries()).isEqualTo((long) SERIES * SCRAPES);
    assertThat(file.requests()).isEqualTo(2 * SCRAPES);
  }

  @Test
  void isTheSameForTheSameSeedAndAnotherForAnother() throws Exception {
    RequestFile same = new SamplesFile(SERIES, 7).write(folder.resolve("b"), file.entries(), END);
    RequestFile other = new SamplesFile(SERIES, 8).write(folder.resolve("c"), file.entries(), END);
    assertThat(Files.mismatch(file.path(), same.path())).isEqualTo(-1);
    assertThat(Files.mismatch(file.path(), other.path())).isNotEqualTo(-1);
  }

  @Nested
  class DecodedAgain {

    private final Map<Labels, List<Double>> values = new HashMap<>();
    private final Map<Labels, List<Long>> times = new HashMap<>();

    @BeforeEach
    void decode() throws Exception {
      RemoteWriteDecoder decoder = new RemoteWriteDecoder(DecoderLimits.DEFAULTS);
      try (RequestFile.Reader reader = file.open()) {
        while (reader.hasNext()) {
          RequestFile.Request request = reader.next();
          SampleBlock block =
              decoder.decode(
                  new RawRecord(
                      "", Encoding.PROMETHEUS_REMOTE_WRITE, 0, null, request.body(), Origin.NONE));
          assertThat(block.sampleCount()).isEqualTo(request.entries());
          for (int s = 0; s < block.seriesCount(); s++) {
            int sample = block.firstSample(s);
            values
                .computeIfAbsent(block.labels(s), l -> new ArrayList<>())
                .add(block.value(sample));
            times
                .computeIfAbsent(block.labels(s), l -> new ArrayList<>())
                .add(block.timestamp(sample));
          }
        }
      }
    }

    @Test
    void everySeriesHasOneSampleAScrapeInOrderOfTime() {
      assertThat(values).hasSize(SERIES);
      times.forEach(
          (labels, all) ->
              assertThat(all)
                  .as(labels.toString())
                  .hasSize(SCRAPES)
                  .isSorted()
                  .allMatch(time -> time < END + 1_000));
    }

    @Test
    void scrapesAreFifteenSecondsApartBarALateFew() {
      int exact = 0;
      int all = 0;
      for (List<Long> each : times.values()) {
        for (int i = 1; i < each.size(); i++) {
          long gap = each.get(i) - each.get(i - 1);
          assertThat(gap).isBetween(14_900L, 15_100L);
          exact += gap == NodeFleet.INTERVAL_MILLIS ? 1 : 0;
          all++;
        }
      }
      assertThat((double) exact / all).isGreaterThan(0.7);
    }

    @Test
    void seriesHaveTenToTwelveLabels() {
      assertThat(values.keySet()).allMatch(labels -> labels.size() >= 9 && labels.size() <= 12);
      double average = values.keySet().stream().mapToInt(Labels::size).average().orElse(0);
      assertThat(average).isBetween(9.5, 12.0);
    }

    @Test
    void bucketsOfAHistogramCountWhatIsFasterToo() {
      Map<String, Map<String, Double>> byHistogram = new HashMap<>();
      values.forEach(
          (labels, all) -> {
            if (labels.metricName().endsWith("_bucket")) {
              byHistogram
                  .computeIfAbsent(
                      labels.get("instance") + labels.get("handler"), h -> new HashMap<>())
                  .put(String.valueOf(labels.get("le")), all.get(SCRAPES - 1));
            }
          });
      assertThat(byHistogram).hasSizeGreaterThan(20);
      byHistogram.forEach(
          (histogram, buckets) -> {
            double before = 0;
            for (String bound : Family.bounds()) {
              Double count = buckets.get(bound);
              if (count != null) {
                assertThat(count).as(histogram + bound).isGreaterThanOrEqualTo(before);
                before = count;
              }
            }
          });
    }

    @Test
    void someValuesStaySomeCountAndSomeGoUpAndDown() {
      int constant = 0;
      int rising = 0;
      int other = 0;
      Set<Double> distinct = new HashSet<>();
      for (List<Double> all : values.values()) {
        boolean same = true;
        boolean up = true;
        for (int i = 1; i < all.size(); i++) {
          same &= all.get(i).equals(all.get(i - 1));
          up &= all.get(i) >= all.get(i - 1);
        }
        constant += same ? 1 : 0;
        rising += up && !same ? 1 : 0;
        other += up ? 0 : 1;
        distinct.addAll(all);
      }
      assertThat((double) constant / SERIES).isBetween(0.2, 0.5);
      assertThat((double) rising / SERIES).isBetween(0.4, 0.7);
      assertThat((double) other / SERIES).isBetween(0.05, 0.3);
      assertThat(distinct).hasSizeGreaterThan(SERIES);
    }
  }

  @Test
  void aFileThatWasCutIsReported() throws IOException {
    byte[] bytes = Files.readAllBytes(file.path());
    Files.write(file.path(), Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(
            () -> {
              try (RequestFile.Reader reader = file.open()) {
                while (reader.hasNext()) {
                  reader.next();
                }
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("shorter than when it was written");
  }
}
