package dev.guanlan.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.enrich.Placed;
import dev.guanlan.model.Flow;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.store.ClickHouseHttp;
import dev.guanlan.store.Migrations;
import dev.guanlan.testing.ClickHouseExtension;
import dev.guanlan.topology.Place;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The rows of telemetry, in a real ClickHouse,")
final class RowsITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final String DATABASE = "rows_of_telemetry";
  private static final long DAY = SeriesCache.DAY_MILLIS;

  private static ClickHouseHttp client;

  /** A minute of the past day, whole, so that times are easy to read. */
  private final long now = System.currentTimeMillis() / DAY * DAY - DAY / 2;

  private final TimeBounds bounds =
      new TimeBounds(
          Clock.systemUTC(),
          Duration.ofDays(29),
          Duration.ofHours(1),
          new Retention(30, Map.of("brief", "3", "*/flows", "5")));

  @BeforeAll
  static void tables() throws Exception {
    client = ClickHouseHttp.builder(URI.create(CLICKHOUSE.url())).database(DATABASE).build();
    Migrations.ofThisRelease().apply(client, DATABASE);
  }

  private static Placed<SampleBlock> placed(SampleBlock block) {
    Place[] places = new Place[block.seriesCount()];
    Arrays.fill(places, Place.NONE);
    return new Placed<>(block, places);
  }

  @Test
  @DisplayName("give every value back bit by bit, sorted or not")
  void values() throws Exception {
    double[] values = {
      0,
      -0.0,
      1,
      -1,
      0.1,
      3.75,
      1e-9,
      1e300,
      9007199254740991.0,
      0.1 + 0.2,
      Double.NaN,
      Double.longBitsToDouble(0x7ff0000000000002L),
      Double.POSITIVE_INFINITY,
      12345.678
    };
    SplittableRandom random = new SplittableRandom(7);
    SampleBlock.Builder block = SampleBlock.builder("bits", Origin.NONE);
    for (int s = 0; s < 40; s++) {
      block.series(Labels.of("__name__", "m" + s % 3, "i", "" + s));
      for (int i = 0; i < values.length; i++) {
        block.sample(now + i, s == 0 ? values[i] : values[random.nextInt(values.length)]);
      }
    }
    SampleBlock built = block.build();
    new StoredRows<>(client, new SampleRows(bounds, 100)).store(placed(built));
    List<List<String>> rows =
        client.rows(
            "SELECT lower(leftPad(hex(key), 32, '0')), toUnixTimestamp64Milli(timestamp),"
                + " toString(reinterpretAsInt64(value)) FROM samples_final WHERE key IN (SELECT key"
                + " FROM series WHERE tenant = 'bits')");
    assertThat(rows).hasSize(40 * values.length);
    Map<List<String>, String> bits =
        rows.stream().collect(Collectors.toMap(row -> row.subList(0, 2), row -> row.get(2)));
    for (int s = 0; s < built.seriesCount(); s++) {
      String metric = SeriesId.of("bits", Labels.of("__name__", "m" + s % 3)).toHex();
      String key = metric.substring(0, 16) + built.id(s).toHex().substring(0, 16);
      for (int i = built.firstSample(s); i < built.endSample(s); i++) {
        assertThat(bits.get(List.of(key, Long.toString(built.timestamp(i)))))
            .isEqualTo(Long.toString(Double.doubleToRawLongBits(built.value(i))));
      }
    }
  }

  @Test
  @DisplayName("hold histograms, start times, exemplars and metadata")
  void extras() throws Exception {
    Histogram exponential =
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
    Histogram custom =
        new Histogram(
            ResetHint.GAUGE,
            Histogram.CUSTOM_BUCKETS,
            0,
            0,
            2,
            3,
            Buckets.of(new int[] {1}, new double[] {2}, 1),
            Buckets.EMPTY,
            new double[] {0.5, 5});
    SampleBlock block =
        SampleBlock.builder("extras", Origin.NONE)
            .series(Labels.of("__name__", "latency", "job", "shop"))
            .histogram(now, exponential)
            .startTimestamp(now - 60_000)
            .histogram(now + 1, custom)
            .startTimestamp(now - 60_000)
            .exemplar(Labels.of("trace_id", "0af7651916cd43dd8448eb211c80319c"), 0.25, now)
            .metadata(
                new MetricMetadata(
                    "latency", MetricMetadata.Type.HISTOGRAM, "How long.", "seconds"))
            .build();
    new StoredRows<>(client, new SampleRows(bounds, 100)).store(placed(block));
    String of = " WHERE key IN (SELECT key FROM series WHERE tenant = 'extras')";
    assertThat(
            client.rows(
                "SELECT reset_hint, schema, zero_threshold, zero_count, count, sum,"
                    + " `positive.index`, `positive.count`, empty(`negative.index`), custom_bounds,"
                    + " timestamp - start FROM histograms"
                    + of
                    + " ORDER BY timestamp"))
        .containsExactly(
            List.of(
                "not_reset", "3", "0.001", "1", "6", "18.5", "[-1,4]", "[2,3]", "1", "[]", "60"),
            List.of("gauge", "-53", "0", "0", "2", "3", "[1]", "[2]", "1", "[0.5,5]", "60.001"));
    assertThat(client.rows("SELECT count() FROM starts" + of)).containsExactly(List.of("1"));
    assertThat(
            client.rows(
                "SELECT value FROM exemplars"
                    + " WHERE trace_id = '0af7651916cd43dd8448eb211c80319c'"))
        .containsExactly(List.of("0.25"));
    assertThat(
            client.rows(
                "SELECT metric, type, help, unit FROM metadata FINAL WHERE tenant = 'extras'"))
        .containsExactly(List.of("latency", "histogram", "How long.", "seconds"));
    assertThat(client.rows("SELECT count() FROM samples" + of)).containsExactly(List.of("0"));
  }

  @Test
  @DisplayName("hold flows")
  void flows() throws Exception {
    Flow flow = flow(now * 1_000_000);
    new StoredRows<>(client, new FlowRows(bounds))
        .store(new FlowBlock("anonymous", Origin.NONE, List.of(flow)));
    assertThat(
            client.rows(
                "SELECT client_address, client_port, server_address, server_port,"
                    + " network_protocol, application_protocol, client_service, server_service,"
                    + " bytes_sent, bytes_received, packets_sent, packets_received, requests,"
                    + " errors, retransmissions, round_trip, response, attributes['tap'], expires"
                    + " FROM flows WHERE tenant = 'anonymous'"))
        .containsExactly(
            List.of(
                "10.0.0.1",
                "50000",
                "10.0.0.2",
                "3306",
                "tcp",
                "mysql",
                "shop",
                "orders",
                "1",
                "2",
                "3",
                "4",
                "5",
                "6",
                "7",
                "8",
                "9",
                "client",
                day(now).plusDays(6).toString()));
  }

  @Test
  @DisplayName("say until when their tenant keeps them")
  void retention() throws Exception {
    SampleRows encoder = new SampleRows(bounds, 100);
    for (String tenant : List.of("brief", "patient")) {
      SampleBlock block =
          SampleBlock.builder(tenant, Origin.NONE)
              .series(Labels.of("__name__", "kept"))
              .sample(now, 1)
              .build();
      new StoredRows<>(client, encoder).store(placed(block));
    }
    assertThat(
            client.rows(
                "SELECT tenant, x.expires, s.expires FROM samples AS x INNER JOIN series AS s"
                    + " USING (key) WHERE metric = 'kept' ORDER BY tenant"))
        .containsExactly(
            List.of("brief", day(now).plusDays(4).toString(), day(now).plusDays(5).toString()),
            List.of("patient", day(now).plusDays(31).toString(), day(now).plusDays(32).toString()));
  }

  @Test
  @DisplayName("of many days and tenants go into one insert, though each pair is a partition")
  void manyPartitions() throws Exception {
    Map<String, String> days = Map.of("p1", "40", "p2", "50", "p3", "60", "p4", "70");
    TimeBounds bounds =
        new TimeBounds(
            Clock.systemUTC(), Duration.ofDays(29), Duration.ZERO, new Retention(30, days));
    List<FlowBlock> blocks = new ArrayList<>();
    for (String tenant : days.keySet()) {
      List<Flow> flows = new ArrayList<>();
      for (int day = 0; day < 28; day++) {
        flows.add(flow((now - day * DAY) * 1_000_000));
      }
      blocks.add(new FlowBlock(tenant, Origin.NONE, flows));
    }
    new StoredRows<>(client, new FlowRows(bounds)).storeAll(blocks);
    assertThat(client.rows("SELECT count(), uniq(_partition_id) FROM flows WHERE tenant LIKE 'p_'"))
        .containsExactly(List.of("112", "112"));
  }

  private static Flow flow(long startNanos) {
    return new Flow(
        startNanos,
        startNanos + 5,
        "10.0.0.1",
        50_000,
        "10.0.0.2",
        3306,
        "tcp",
        "mysql",
        Labels.of("service.name", "shop"),
        Labels.of("service.name", "orders"),
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        Labels.of("tap", "client"));
  }

  private static LocalDate day(long millis) {
    return Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC).toLocalDate();
  }
}
