package dev.guanlan.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Ports")
class StackPortsTest {

  @Test
  void areTheProgramsUsualOnesUnlessAVariableMovesThem() {
    StackPorts ports = StackPorts.fromEnvironment(Map.of("GUANLAN_PORT_KAFKA", "19092"));

    assertThat(ports.kafka()).isEqualTo(19_092);
    assertThat(ports.flink()).isEqualTo(8_081);
  }

  @Test
  void areRefusedWhenTheyAreNone() {
    for (String wrong : List.of("0", "65536", "-1", "kafka", "9".repeat(100))) {
      assertThatThrownBy(() -> StackPorts.fromEnvironment(Map.of("GUANLAN_PORT_FLINK", wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("GUANLAN_PORT_FLINK");
    }
  }

  @Test
  void thatAreFreeDifferAndAreNoneThatTheKernelGivesAway() {
    assertThat(StackPorts.free(12)).hasSize(12).doesNotHaveDuplicates().allMatch(p -> p < 32_768);
  }

  @Nested
  @DisplayName("that are taken")
  class Taken {

    @Test
    void stopAStartWithTheirOwnerAndTheWayOut() throws Exception {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Endpoint endpoint =
            new Endpoint("clients", "", socket.getLocalPort(), "GUANLAN_PORT_KAFKA");

        assertThatThrownBy(() -> PortCheck.requireFree("kafka", List.of(endpoint)))
            .isInstanceOf(PartException.class)
            .hasMessageContaining("kafka cannot start: port " + socket.getLocalPort())
            .hasMessageContaining("process " + ProcessHandle.current().pid())
            .hasMessageContaining("GUANLAN_PORT_KAFKA");
      }
    }

    @Test
    void areNoObstacleOnceTheyAreFree() throws Exception {
      int port = StackPorts.free(1).get(0);

      PortCheck.requireFree("kafka", List.of(new Endpoint("clients", "", port, "V")));
      assertThat(PortCheck.owner(port)).isEmpty();
    }
  }
}
