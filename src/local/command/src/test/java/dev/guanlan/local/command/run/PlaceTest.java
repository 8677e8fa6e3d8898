package dev.guanlan.local.command.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.local.stack.StackPorts;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceTest {

  private static final Map<String, String> HOME = Map.of("GUANLAN_HOME", "/opt/guanlan");

  @Test
  void data_lies_beside_the_launcher_unless_said_otherwise() {
    assertThat(Place.of(HOME, "", 0).data()).isEqualTo(Path.of("/opt/guanlan/.guanlan"));
    assertThat(Place.of(Map.of("GUANLAN_DATA", "/var/guanlan"), "", 0).data())
        .isEqualTo(Path.of("/var/guanlan"));
    assertThat(Place.of(Map.of("GUANLAN_DATA", "/var/guanlan"), "/tmp/here", 0).data())
        .isEqualTo(Path.of("/tmp/here"));
  }

  @Test
  void the_offset_moves_every_port_that_was_not_moved_by_name() {
    StackPorts ports = Place.of(Map.of("GUANLAN_PORT_KAFKA", "19092"), "", 20_000).ports();
    assertThat(ports.kafka()).isEqualTo(19_092);
    assertThat(ports.flink()).isEqualTo(28_081);
    assertThat(ports.gateway()).isEqualTo(24_318);
    assertThat(Place.of(HOME, "", 0).ports()).isEqualTo(StackPorts.usual());
  }

  @Test
  void an_offset_that_leaves_the_range_is_refused() {
    assertThatThrownBy(() -> Place.of(HOME, "", 60_000))
        .hasMessageContaining("--port-offset 60000")
        .hasMessageContaining("65535");
  }
}
