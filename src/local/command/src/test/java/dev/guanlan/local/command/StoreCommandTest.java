package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoreCommandTest {

  private final TestingCommand store = new TestingCommand(StoreCommand::new);

  @Test
  void prints_the_tables_of_one_server() {
    assertThat(store.run("migrate", "--print")).isZero();
    assertThat(store.printed())
        .contains("CREATE TABLE IF NOT EXISTS samples\n", "ENGINE = MergeTree")
        .doesNotContain("ON CLUSTER", "_next");
  }

  @Test
  void prints_the_tables_of_a_cluster() {
    assertThat(store.run("migrate", "--print", "--cluster", "blue", "--database", "telemetry"))
        .isZero();
    assertThat(store.printed())
        .startsWith("CREATE DATABASE IF NOT EXISTS `telemetry` ON CLUSTER 'blue';\n")
        .contains("CREATE TABLE IF NOT EXISTS samples_local ON CLUSTER 'blue'")
        .contains(
            "ENGINE = Distributed('blue', currentDatabase(), 'samples_local', toUInt64(key))");
  }

  @Test
  void refuses_what_cannot_be_a_cluster_or_an_address() {
    assertThat(store.run("migrate", "--print", "--cluster", "x' AS y")).isEqualTo(1);
    assertThat(store.complaint()).contains("cannot be the name of a cluster");
    assertThat(store.run("migrate", "--url", "ftp://127.0.0.1")).isEqualTo(1);
    assertThat(store.complaint()).contains("--url cannot be used");
  }
}
