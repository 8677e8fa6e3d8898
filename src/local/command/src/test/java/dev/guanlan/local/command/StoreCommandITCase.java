package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.testing.ClickHouseExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StoreCommandITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private final TestingCommand store = new TestingCommand(StoreCommand::new);

  @Test
  void makes_the_tables_once() {
    String[] migrate = {"migrate", "--url", CLICKHOUSE.url(), "--database", "by_command"};
    assertThat(store.run(migrate)).as(store.complaint()).isZero();
    assertThat(store.printed())
        .contains("ok The database by_command has this release's tables; 11 migrations applied.");
    assertThat(store.run(migrate)).isZero();
    assertThat(store.printed()).contains("nothing was new");
    assertThat(CLICKHOUSE.query("SELECT count() FROM by_command.samples")).isEqualTo("0");
  }
}
