package dev.guanlan.job.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.ResourceBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.topology.Change;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The resources of a block")
class ExtractEntitiesTest {

  private static final Labels CART = Labels.of("service.name", "cart");

  private final ExtractEntities<ResourceBlock> entities =
      ExtractEntities.ofMetrics(Clock.fixed(Instant.ofEpochMilli(1_000_000), ZoneOffset.UTC));

  private List<Long> versions(long receivedAt, Labels... resources) {
    List<Change> out = new ArrayList<>();
    entities.flatMap(
        new ResourceBlock("acme", Origin.NONE, receivedAt, List.of(resources)),
        new ListCollector<>(out));
    return out.stream().map(Change::version).toList();
  }

  @Test
  @DisplayName("are passed over for a while after they told the same")
  void quiet() {
    assertThat(versions(500_000, CART, CART)).containsExactly(500_000L);
    assertThat(versions(509_999, CART)).isEmpty();
    assertThat(versions(509_999, CART.with("service.namespace", "shop"))).containsExactly(509_999L);
    assertThat(versions(510_000, CART)).containsExactly(510_000L);
  }

  @Test
  @DisplayName("from the future are of soon, and those without a time of now")
  void times() {
    assertThat(versions(99_000_000_000L, CART)).containsExactly(1_060_000L);
    assertThat(versions(0, Labels.of("service.name", "web"))).containsExactly(1_000_000L);
  }

  @Test
  @DisplayName("are extracted by a function that travels to a cluster")
  void serializable() throws Exception {
    byte[] bytes = InstantiationUtil.serializeObject(ExtractEntities.ofSpans(Clock.systemUTC()));
    Object copy = InstantiationUtil.deserializeObject(bytes, getClass().getClassLoader());

    assertThat(copy).isInstanceOf(ExtractEntities.class);
  }
}
