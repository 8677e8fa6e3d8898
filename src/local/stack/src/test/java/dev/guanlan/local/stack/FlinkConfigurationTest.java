package dev.guanlan.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Flink's configuration")
class FlinkConfigurationTest {

  @TempDir Path root;

  @Test
  void isReadWithFlatAndNestedKeysAlike() throws Exception {
    write("common", "a.b: 1\nc:\n  d: 5s\n  e: [x, y]\n");

    assertThat(FlinkConfiguration.read(root, "common"))
        .isEqualTo(Map.of("a.b", "1", "c.d", "5s", "c.e", "x;y"));
  }

  @Test
  void isRefusedWithItsPathWhenItIsNoYamlOrAbsent() throws Exception {
    write("broken", "a: [");

    assertThatThrownBy(() -> FlinkConfiguration.read(root, "broken"))
        .hasMessageContaining("broken/config.yaml");
    assertThatThrownBy(() -> FlinkConfiguration.read(root, "absent"))
        .hasMessageContaining("absent/config.yaml");
  }

  @Test
  void thatShipsKeepsTheRulesOfTheHouse() throws Exception {
    Path project = Path.of(System.getProperty("guanlan.root"));

    assertThat(FlinkConfiguration.read(project, "common"))
        .containsEntry("pipeline.generic-types", "false")
        .containsEntry("pipeline.auto-generate-uids", "false")
        .containsEntry("pipeline.object-reuse", "true")
        .containsEntry("execution.checkpointing.mode", "EXACTLY_ONCE")
        .containsEntry("execution.checkpointing.interval", "5s")
        .containsEntry(
            "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    for (String job : List.of("ingest", "topology", "alerting")) {
      assertThat(FlinkConfiguration.read(project, job)).containsKey("state.backend.type");
    }
  }

  private void write(String name, String yaml) throws Exception {
    Path folder = Files.createDirectories(root.resolve("flink-conf").resolve(name));
    Files.writeString(folder.resolve("config.yaml"), yaml);
  }
}
