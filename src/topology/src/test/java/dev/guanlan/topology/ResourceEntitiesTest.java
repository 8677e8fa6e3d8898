package dev.guanlan.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceEntitiesTest {

  private static List<Change> extract(String... attributes) {
    List<Change> changes = new ArrayList<>();
    ResourceEntities.extract("acme", Labels.of(attributes), 1000, changes::add);
    assertThat(changes).allSatisfy(change -> assertThat(change.version()).isEqualTo(1000));
    return changes;
  }

  private static List<String> ids(List<Change> changes) {
    return changes.stream().map(Change::id).distinct().sorted().toList();
  }

  @Test
  void aPodInAClusterGivesTheWholeChain() {
    List<Change> changes =
        extract(
            "k8s.cluster.name", "prod",
            "k8s.namespace.name", "shop",
            "k8s.deployment.name", "cart",
            "k8s.pod.name", "cart-7f-x1",
            "k8s.pod.uid", "41f2",
            "k8s.node.name", "n1",
            "service.name", "cart",
            "service.namespace", "shop",
            "service.instance.id", "i-1",
            "service.owner", "checkout");

    assertThat(ids(changes))
        .containsExactly(
            "instance_of:service.instance:shop/cart/i-1|service:shop/cart",
            "k8s.cluster:prod",
            "k8s.deployment:prod/shop/cart",
            "k8s.namespace:prod/shop",
            "k8s.node:prod/n1",
            "k8s.pod:41f2",
            "owned_by:service:shop/cart|team:checkout",
            "part_of:k8s.deployment:prod/shop/cart|k8s.namespace:prod/shop",
            "part_of:k8s.namespace:prod/shop|k8s.cluster:prod",
            "part_of:k8s.node:prod/n1|k8s.cluster:prod",
            "part_of:k8s.pod:41f2|k8s.deployment:prod/shop/cart",
            "runs_on:k8s.pod:41f2|k8s.node:prod/n1",
            "runs_on:service.instance:shop/cart/i-1|k8s.pod:41f2",
            "service.instance:shop/cart/i-1",
            "service:shop/cart",
            "team:checkout");
  }

  @Test
  void aProcessOnAHostIsAnInstanceByHostAndProcessId() {
    List<Change> changes =
        extract("service.name", "cart", "host.name", "h1", "process.pid", "77", "os.type", "linux");

    assertThat(ids(changes))
        .containsExactly(
            "host:h1",
            "instance_of:service.instance:cart/h1:77|service:cart",
            "runs_on:service.instance:cart/h1:77|host:h1",
            "service.instance:cart/h1:77",
            "service:cart");
    assertThat(changes)
        .filteredOn(change -> change.id().equals("host:h1"))
        .singleElement()
        .satisfies(
            host ->
                assertThat(host.attributes())
                    .isEqualTo(Labels.of("host.name", "h1", "os.type", "linux")));
  }

  @Test
  void whatAContainerCallsItselfIsNoHost() {
    assertThat(ids(extract("container.id", "abcdef0123456789", "host.name", "abcdef012345")))
        .containsExactly("container:abcdef0123456789");
  }

  @Test
  void aJobOfACronJobIsPartOfIt() {
    assertThat(
            ids(
                extract(
                    "k8s.namespace.name", "ops",
                    "k8s.cronjob.name", "backup",
                    "k8s.job.name", "backup-1",
                    "k8s.pod.uid", "u1")))
        .contains(
            "part_of:k8s.pod:u1|k8s.job:ops/backup-1",
            "part_of:k8s.job:ops/backup-1|k8s.cronjob:ops/backup");
  }

  @Test
  void aServiceThatNobodyNamedIsNone() {
    assertThat(extract("service.name", "unknown_service:java")).isEmpty();
    assertThat(extract()).isEmpty();
  }

  @Test
  void attributesAreBounded() {
    String[] many = new String[2 * 500 + 2];
    for (int i = 0; i < 500; i++) {
      many[2 * i] = "host.label." + (1000 + i);
      many[2 * i + 1] = "v".repeat(5000);
    }
    many[1000] = "host.name";
    many[1001] = "h1";

    assertThat(extract(many))
        .singleElement()
        .satisfies(
            host -> {
              assertThat(host.attributes().size()).isEqualTo(ResourceEntities.MAX_ATTRIBUTES);
              assertThat(host.attributes().value(0)).hasSize(ResourceEntities.MAX_VALUE);
            });
  }
}
