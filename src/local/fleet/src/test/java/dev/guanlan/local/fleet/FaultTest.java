package dev.guanlan.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FaultTest {

  private final ServiceGraph graph = ServiceGraph.shop();

  @Test
  void is_read_from_a_service_and_a_kind() {
    assertThat(Fault.parse("payment=errors", graph))
        .isEqualTo(new Fault(new ServiceName("shop", "payment"), FaultKind.ERRORS));
    assertThat(Fault.parse("platform/auth=down", graph))
        .isEqualTo(new Fault(new ServiceName("platform", "auth"), FaultKind.DOWN))
        .hasToString("platform/auth=down");
  }

  @Test
  void an_unknown_service_is_answered_with_those_that_exist() {
    assertThatThrownBy(() -> Fault.parse("paymnet=errors", graph))
        .hasMessageContaining("'paymnet'")
        .hasMessageContaining("payment, auth");
  }

  @Test
  void an_unknown_kind_is_answered_with_those_that_exist() {
    assertThatThrownBy(() -> Fault.parse("payment=slow", graph))
        .hasMessageContaining("'slow'")
        .hasMessageContaining("latency, errors, down");
  }

  @Test
  void a_text_of_another_shape_is_refused_bounded_and_escaped() {
    assertThatThrownBy(() -> Fault.parse("payment\n" + "x".repeat(500), graph))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(160).contains("payment?xxx"));
  }
}
