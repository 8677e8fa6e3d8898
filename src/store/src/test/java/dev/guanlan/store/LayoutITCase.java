package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.testing.ClickHouseExtension;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The layout of the tables")
final class LayoutITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final String DATABASE = "layout";
  private static final Pattern ROWS_READ = Pattern.compile("\"rows_read\": (\\d+)");

  private static final String HOUR =
      "timestamp >= today() - 1 + INTERVAL 13 HOUR AND timestamp < today() - 1 + INTERVAL 14 HOUR";

  private static ClickHouseHttp client;

  /** Makes a day of 500 series of 20 metrics, a sample every 30 seconds, and their labels. */
  @BeforeAll
  static void fill() throws Exception {
    client = ClickHouseHttp.builder(URI.create(CLICKHOUSE.url())).database(DATABASE).build();
    Migrations.ofThisRelease().apply(client, DATABASE);
    client.query(
        """
        INSERT INTO series (tenant, metric, day, id, metric_id, labels, first_seen, version)
        SELECT 'anonymous', 'metric_' || toString(number % 20), today() - 1,
            bitShiftLeft(toUInt128(cityHash64(number)), 64), cityHash64(number % 20, 'metric'),
            map('job', 'node', 'instance', 'host-' || toString(intDiv(number, 20))), now(), 1
        FROM numbers(500)
        """);
    client.query(
        """
        INSERT INTO samples (key, timestamp, digits, scale)
        SELECT key, toDateTime64(today() - 1, 3, 'UTC') + number * 30, number, 0
        FROM series CROSS JOIN numbers(2880) AS times
        SETTINGS max_partitions_per_insert_block = 100
        """);
    client.query("OPTIMIZE TABLE samples FINAL");
  }

  private static long rowsRead(String sql) throws Exception {
    Matcher read = ROWS_READ.matcher(client.query(sql + " FORMAT JSON"));
    assertThat(read.find()).isTrue();
    return Long.parseLong(read.group(1));
  }

  private static String count(String sql) throws Exception {
    return client.rows(sql).get(0).get(0);
  }

  @Test
  @DisplayName("makes an hour of a metric read little of a day")
  void hourOfAMetric() throws Exception {
    String metric =
        "FROM samples_final WHERE key IN (SELECT key FROM series WHERE metric = 'metric_3')";
    assertThat(count("SELECT count() " + metric + " AND " + HOUR)).isEqualTo("3000");
    assertThat(count("SELECT count() " + metric)).isEqualTo("72000");
    // Of 1.44 million samples; the series are 500 more.
    assertThat(rowsRead("SELECT sum(value) " + metric + " AND " + HOUR)).isLessThan(40_000);
  }

  @Test
  @DisplayName("makes an hour of everything read four")
  void hourOfEverything() throws Exception {
    String all = "SELECT sum(value) FROM samples WHERE " + HOUR;
    assertThat(rowsRead(all)).isLessThanOrEqualTo(4 * 120 * 500);
  }

  @Test
  @DisplayName("finds the series that have a label without reading all of them")
  void label() throws Exception {
    client.query(
        """
        INSERT INTO series (tenant, metric, day, id, metric_id, labels, first_seen, version)
        SELECT 'crowded', 'm', today(), bitShiftLeft(toUInt128(cityHash64(number)), 64), 1,
            map('job', 'node', 'pod', 'pod-' || toString(intDiv(number, 4))), now(), 1
        FROM numbers(100000)
        """);
    client.query("OPTIMIZE TABLE series_labels FINAL");
    String pod =
        "FROM series_labels WHERE tenant = 'crowded' AND name = 'pod' AND value = 'pod-1234'";
    assertThat(count("SELECT uniqExact(key) " + pod)).isEqualTo("4");
    assertThat(rowsRead("SELECT key " + pod)).isLessThanOrEqualTo(2 * 8192);
    assertThat(
            count(
                "SELECT count() FROM series WHERE tenant = 'crowded' AND key IN (SELECT key "
                    + pod
                    + ")"))
        .isEqualTo("4");
  }

  @Test
  @DisplayName("drops the rows of one tenant on their day, and leaves the others'")
  void expiry() throws Exception {
    for (String table : List.of("logs", "spans", "flows")) {
      String time = table.equals("spans") ? "start" : table.equals("flows") ? "end" : "timestamp";
      for (String row : List.of("'brief', now(), today() - 1", "'patient', now(), today() + 30")) {
        client.query("INSERT INTO %s (tenant, %s, expires) SELECT %s".formatted(table, time, row));
      }
      client.query("OPTIMIZE TABLE " + table + " FINAL");
      assertThat(client.rows("SELECT tenant FROM " + table))
          .as(table)
          .containsExactly(List.of("patient"));
    }
    for (String row :
        List.of("'brief', today(), 1, today() - 1", "'patient', today(), 1, today() + 30")) {
      client.query("INSERT INTO series (tenant, day, id, expires) SELECT " + row);
    }
    client.query("OPTIMIZE TABLE series FINAL");
    assertThat(client.rows("SELECT tenant FROM series WHERE tenant IN ('brief', 'patient')"))
        .containsExactly(List.of("patient"));
  }
}
