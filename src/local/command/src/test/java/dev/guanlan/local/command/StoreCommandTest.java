package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoreCommandTest {

  private final StoreCommandRun run = new StoreCommandRun();

  @Test
  void prints_the_tables_of_one_server() {
    assertThat(run.of("migrate", "--print")).isZero();
    assertThat(run.printed())
        .contains("CREATE TABLE IF NOT EXISTS samples\n", "ENGINE = MergeTree")
        .doesNotContain("ON CLUSTER", "_next");
  }

  @Test
  void prints_the_tables_of_a_cluster() {
    assertThat(run.of("migrate", "--print", "--cluster", "blue", "--database", "telemetry"))
        .isZero();
    assertThat(run.printed())
        .startsWith("CREATE DATABASE IF NOT EXISTS `telemetry` ON CLUSTER 'blue';\n")
        .contains("CREATE TABLE IF NOT EXISTS samples_local ON CLUSTER 'blue'")
        .contains(
            "ENGINE = Distributed('blue', currentDatabase(), 'samples_local', toUInt64(key))");
  }

  @Test
  void refuses_what_cannot_be_a_cluster_or_an_address() {
    assertThat(run.of("migrate", "--print", "--cluster", "x' AS y")).isEqualTo(1);
    assertThat(run.complaint()).contains("cannot be the name of a cluster");
    assertThat(run.of("migrate", "--url", "ftp://127.0.0.1")).isEqualTo(1);
    assertThat(run.complaint()).contains("--url cannot be used");
  }
}
