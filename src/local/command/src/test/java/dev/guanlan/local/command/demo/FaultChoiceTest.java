package dev.guanlan.local.command.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultChoiceTest {

  private FleetDescription fleet;

  @BeforeEach
  void describe() throws IOException {
    fleet =
        FleetDescription.parse(
            """
            {"cluster": "demo",
             "services": [{"name": "payment", "namespace": "shop"},
                          {"name": "auth", "namespace": "platform"}],
             "calls": [{"from": "shop/payment", "to": "platform/auth"}]}
            """
                .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_description_gives_services_namespaces_and_calls() {
    assertThat(fleet.services()).containsExactly("payment", "auth");
    assertThat(fleet.namespaces()).containsExactlyInAnyOrder("shop", "platform");
    assertThat(fleet.calls()).isEqualTo(1);
  }

  @Test
  void a_fault_is_a_service_and_a_kind() {
    assertThat(FaultChoice.parse("auth=down", fleet)).isEqualTo(new FaultChoice("auth", "down"));
  }

  @Test
  void what_is_wrong_is_answered_with_what_there_is() {
    assertThatThrownBy(() -> FaultChoice.parse("auth", fleet)).hasMessageContaining("SERVICE=KIND");
    assertThatThrownBy(() -> FaultChoice.parse("nobody=down", fleet))
        .hasMessageContaining("'nobody'")
        .hasMessageContaining("payment, auth");
    assertThatThrownBy(() -> FaultChoice.parse("auth=slow", fleet))
        .hasMessageContaining("latency, errors, down");
  }
}
