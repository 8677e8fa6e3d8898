package dev.guanlan.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceGraphTest {

  private final ServiceGraph graph = ServiceGraph.shop();

  @Test
  void has_at_least_eight_services_in_two_namespaces() {
    assertThat(graph.services()).hasSizeGreaterThanOrEqualTo(8);
    assertThat(graph.services().stream().map(spec -> spec.name().namespace()).distinct())
        .containsExactlyInAnyOrder("shop", "platform");
  }

  @Test
  void every_call_has_a_route_that_answers_it() {
    for (ServiceSpec caller : graph.services()) {
      for (Route route : caller.routes()) {
        for (Route.Call call : route.calls()) {
          assertThat(graph.find(call.target().toString()))
              .as("%s calls %s", caller.name(), call)
              .hasValueSatisfying(
                  target ->
                      assertThat(target.routes())
                          .anyMatch(each -> each.matches(call.method(), call.path("1"))));
        }
      }
    }
  }

  @Test
  void every_service_is_reached_from_the_entrance() {
    Set<String> reached = new HashSet<>(Set.of(graph.entrance().toString()));
    for (int hop = 0; hop < graph.services().size(); hop++) {
      for (String from : Set.copyOf(reached)) {
        reached.addAll(graph.calls().get(from));
      }
    }
    assertThat(reached).containsExactlyInAnyOrderElementsOf(graph.calls().keySet());
  }

  @Test
  void pods_are_apart_and_the_same_at_every_start() {
    assertThat(graph.services().stream().map(ServiceSpec::pod)).doesNotHaveDuplicates();
    assertThat(graph.services().stream().map(spec -> spec.podUid("demo")))
        .doesNotHaveDuplicates()
        .isEqualTo(
            ServiceGraph.shop().services().stream().map(spec -> spec.podUid("demo")).toList());
    assertThat(graph.services().get(0).podUid("demo"))
        .isNotEqualTo(graph.services().get(0).podUid("other"));
  }
}
