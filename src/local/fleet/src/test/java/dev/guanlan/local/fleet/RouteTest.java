package dev.guanlan.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTest {

  private final Route plain = new Route("GET", "/items", 1, List.of());
  private final Route parameterised = new Route("GET", "/products/{id}", 1, List.of());

  @Test
  void a_plain_route_takes_exactly_its_path_and_method() {
    assertThat(plain.matches("GET", "/items")).isTrue();
    assertThat(plain.matches("POST", "/items")).isFalse();
    assertThat(plain.matches("GET", "/items/1")).isFalse();
    assertThat(plain.parameter("/items")).isEmpty();
  }

  @Test
  void a_parameter_is_one_whole_segment() {
    assertThat(parameterised.matches("GET", "/products/17")).isTrue();
    assertThat(parameterised.parameter("/products/17")).isEqualTo("17");
    assertThat(parameterised.matches("GET", "/products/")).isFalse();
    assertThat(parameterised.matches("GET", "/products/17/reviews")).isFalse();
  }

  @Test
  void a_call_passes_the_callers_parameter_on() {
    Route.Call call =
        new Route.Call(new ServiceName("platform", "inventory"), "GET", "/stock/{id}", true);
    assertThat(call.path("17")).isEqualTo("/stock/17");
  }
}
