package dev.guanlan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A ClickHouse server for tests")
class ClickHouseExtensionITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  @Test
  void keepsWhatWasInsertedThroughAStopAndACrash() {
    CLICKHOUSE.query("CREATE DATABASE kept");
    CLICKHOUSE.query("CREATE TABLE kept.t (n UInt32) ENGINE = MergeTree ORDER BY n");
    CLICKHOUSE.query("INSERT INTO kept.t SELECT number FROM numbers(1000)");
    CLICKHOUSE.stop();
    CLICKHOUSE.start();
    CLICKHOUSE.query("INSERT INTO kept.t SELECT number FROM numbers(1000, 1000)");
    CLICKHOUSE.kill();
    CLICKHOUSE.start();

    assertThat(CLICKHOUSE.query("SELECT count(), sum(n) FROM kept.t")).isEqualTo("2000\t1999000");
  }

  @Test
  void hasItsMemoryBounded() {
    assertThat(
            CLICKHOUSE.query(
                "SELECT value FROM system.server_settings WHERE name = 'max_server_memory_usage'"))
        .isEqualTo("1200000000");
    assertThat(CLICKHOUSE.query("SELECT getSetting('max_memory_usage')")).isEqualTo("800000000");
  }

  @Test
  void passesTheServersRefusalOn() {
    assertThatThrownBy(() -> CLICKHOUSE.query("SELECT * FROM nowhere.nothing"))
        .hasMessageContaining("nowhere");
  }
}
