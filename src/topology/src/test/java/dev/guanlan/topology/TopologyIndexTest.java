package dev.guanlan.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TopologyIndexTest {

  private static final Labels CART =
      Labels.of(
          "k8s.cluster.name", "prod",
          "k8s.namespace.name", "shop",
          "k8s.deployment.name", "cart",
          "k8s.pod.name", "cart-0",
          "k8s.pod.uid", "u1",
          "k8s.node.name", "n1",
          "service.name", "cart",
          "service.namespace", "shop",
          "service.instance.id", "i-1",
          "team", "checkout");

  private static final Place CART_PLACE =
      new Place("prod", "shop", "cart", "n1", "cart", "checkout");

  private static TopologyIndex indexOf(Labels... resources) {
    TopologyIndex index = new TopologyIndex();
    long version = 1000;
    for (Labels resource : resources) {
      ResourceEntities.extract("acme", resource, version++, index::apply);
    }
    return index;
  }

  @Nested
  class APlaceIsFound {

    @Test
    void byThePodsUid() {
      assertThat(indexOf(CART).place("acme", Labels.of("k8s.pod.uid", "u1"))).isEqualTo(CART_PLACE);
    }

    @Test
    void byNamespaceAndPodOfAPrometheusSeries() {
      assertThat(indexOf(CART).place("acme", Labels.of("namespace", "shop", "pod", "cart-0")))
          .isEqualTo(CART_PLACE);
    }

    @Test
    void byJobAndInstanceThatOtlpMetricsGet() {
      assertThat(indexOf(CART).place("acme", Labels.of("job", "shop/cart", "instance", "i-1")))
          .isEqualTo(CART_PLACE);
    }

    @Test
    void byTheServiceAloneWithoutWhatOnlyAnInstanceHas() {
      assertThat(indexOf(CART).place("acme", Labels.of("job", "shop/cart")))
          .isEqualTo(new Place("", "shop", "", "", "cart", "checkout"));
    }

    @Test
    void byTheHostBeforeThePortOfAnInstance() {
      TopologyIndex index =
          indexOf(Labels.of("host.name", "h1", "host.ip", "[\"10.0.0.7\",\"::1\"]", "team", "sre"));
      Place place = new Place("", "", "", "h1", "", "sre");

      assertThat(index.place("acme", Labels.of("job", "node", "instance", "h1:9100")))
          .isEqualTo(place);
      assertThat(index.place("acme", Labels.of("job", "node", "instance", "10.0.0.7:9100")))
          .isEqualTo(place);
      assertThat(index.place("acme", Labels.of("job", "node", "instance", "[::1]:9100")))
          .isEqualTo(Place.NONE);
    }

    @Test
    void onlyForItsTenant() {
      assertThat(indexOf(CART).place("other", Labels.of("k8s.pod.uid", "u1")))
          .isEqualTo(Place.NONE);
    }
  }

  @Nested
  class WhatTheAgentSaidWins {

    @Test
    void overWhatTheTopologyKnows() {
      assertThat(indexOf(CART).place("acme", Labels.of("k8s.pod.uid", "u1", "k8s.node.name", "n9")))
          .isEqualTo(new Place("prod", "shop", "cart", "n9", "cart", "checkout"));
    }

    @Test
    void andAThingOfAnotherClusterIsNotMeant() {
      assertThat(
              indexOf(CART)
                  .place("acme", Labels.of("cluster", "dev", "namespace", "shop", "pod", "cart-0")))
          .isEqualTo(new Place("dev", "shop", "", "", "", ""));
    }
  }

  @Nested
  class NamesakesOf {

    @Test
    void oneClusterFollowOneAnotherAndTheNewestIsMeant() {
      Labels again = CART.with("k8s.pod.uid", "u2").with("k8s.node.name", "n2");
      assertThat(
              indexOf(CART, again).place("acme", Labels.of("namespace", "shop", "pod", "cart-0")))
          .extracting(Place::node)
          .isEqualTo("n2");
    }

    @Test
    void twoClustersLeaveOpenWhatTheyDisagreeOn() {
      Labels elsewhere =
          CART.with("k8s.pod.uid", "u2")
              .with("k8s.cluster.name", "dev")
              .with("service.instance.id", "i-2");
      assertThat(
              indexOf(CART, elsewhere)
                  .place("acme", Labels.of("namespace", "shop", "pod", "cart-0")))
          .isEqualTo(new Place("", "shop", "cart", "n1", "cart", "checkout"));
    }
  }

  @Nested
  class PlacesAreForgotten {

    @Test
    void whenSomethingMoves() {
      TopologyIndex index = indexOf();
      Labels series = Labels.of("namespace", "shop", "pod", "cart-0");
      assertThat(index.place("acme", series).node()).isEmpty();

      ResourceEntities.extract("acme", CART, 1, index::apply);

      assertThat(index.place("acme", series)).isEqualTo(CART_PLACE);
    }

    @Test
    void butNotWhenThingsAreSeenAgainOrCallEachOther() {
      TopologyIndex index = indexOf(CART);
      long generation = index.generation();

      ResourceEntities.extract("acme", CART, 9999, index::apply);
      index.apply(
          Relation.of("acme", RelationType.CALLS, "service:a", "service:b", Labels.EMPTY, 1));

      assertThat(index.generation()).isEqualTo(generation);
    }

    @Test
    void whenThePodIsGone() {
      TopologyIndex index = indexOf(CART);
      Labels series = Labels.of("k8s.pod.uid", "u1");
      assertThat(index.place("acme", series)).isEqualTo(CART_PLACE);

      index.apply(Identity.tombstone("e/acme/k8s.pod:u1", 5000));

      assertThat(index.place("acme", series)).isEqualTo(Place.NONE);
    }
  }

  @Nested
  class DependantsAre {

    private static final Labels SERIES = Labels.of("namespace", "shop", "pod", "cart-0");

    private static Relation call(String from, String to) {
      return Relation.of("acme", RelationType.CALLS, from, to, Labels.EMPTY, 2000);
    }

    private static TopologyIndex index() {
      TopologyIndex index =
          indexOf(CART, Labels.of("service.name", "web", "service.namespace", "shop"));
      index.apply(call("service:shop/web", "service:shop/cart"));
      index.apply(call("service:shop/not%2Fseen", "service:shop/cart"));
      index.apply(call("service:shop/cart", "service:shop/cart"));
      index.apply(call("service:shop/cart", "service:shop/stock"));
      return index;
    }

    @Test
    void whatCallsTheServiceByNameAndInOrder() {
      assertThat(index().dependants("acme", SERIES, 100)).containsExactly("not/seen", "web");
      assertThat(index().dependants("acme", Labels.of("job", "shop/cart"), 100))
          .containsExactly("not/seen", "web");
      assertThat(index().dependants("acme", Labels.of("job", "shop/web"), 100)).isEmpty();
    }

    @Test
    void noMoreThanAreAskedFor() {
      assertThat(index().dependants("acme", SERIES, 1)).containsExactly("not/seen");
    }

    @Test
    void thoseOfTheTenant() {
      TopologyIndex index = index();
      ResourceEntities.extract("other", CART, 1000, index::apply);
      assertThat(index.dependants("other", SERIES, 100)).isEmpty();
    }

    @Test
    void notKnownWhereTwoServicesOfTheNameMayBeMeant() {
      TopologyIndex index = index();
      assertThat(index.dependants("acme", Labels.of("job", "cart"), 100)).isEmpty();
      ResourceEntities.extract(
          "acme",
          Labels.of(
              "k8s.cluster.name", "test",
              "k8s.namespace.name", "shop",
              "k8s.pod.name", "cart-0",
              "service.name", "cart",
              "service.instance.id", "i-2"),
          1000,
          index::apply);
      assertThat(index.dependants("acme", SERIES, 100)).isEmpty();
    }

    @Test
    void forgottenWithTheCallWhichChangesNoPlace() {
      TopologyIndex index = index();
      long generation = index.generation();
      long calls = index.callsGeneration();

      index.apply(call("service:shop/web", "service:shop/cart").withVersion(2001));
      assertThat(index.callsGeneration()).isEqualTo(calls);

      index.apply(call("service:shop/web", "service:shop/cart").tombstone(3000));
      assertThat(index.dependants("acme", SERIES, 100)).containsExactly("not/seen");
      assertThat(index.callsGeneration()).isNotEqualTo(calls);
      assertThat(index.generation()).isEqualTo(generation);
    }
  }

  @Nested
  class Memory {

    @Test
    void isBoundedForTheLivingAndForTheDead() {
      TopologyIndex index = new TopologyIndex(10);
      for (int i = 0; i < 50; i++) {
        index.apply(host(i, 1, false));
      }
      assertThat(index.size()).isEqualTo(10);
      assertThat(index.refused()).isEqualTo(40);

      for (int i = 0; i < 50; i++) {
        index.apply(host(i, 2, true));
      }
      assertThat(index.size()).isZero();
      assertThat(index.changes()).hasSize(10);
    }
  }

  private static Entity host(int number, long version, boolean deleted) {
    return new Entity(
        "acme", EntityType.HOST, "host:h" + number, "h" + number, Labels.EMPTY, version, deleted);
  }

  @Property(tries = 300)
  void anyOrderOfTheSameChangesGivesTheSameIndex(
      @ForAll("changes") List<Change> changes, @ForAll Random random) {
    TopologyIndex straight = new TopologyIndex();
    changes.forEach(straight::apply);

    List<Change> mixed = new ArrayList<>(changes);
    mixed.addAll(changes.subList(0, changes.size() / 3));
    Collections.shuffle(mixed, random);
    TopologyIndex shuffled = new TopologyIndex();
    mixed.forEach(shuffled::apply);

    assertThat(new HashSet<>(shuffled.changes())).isEqualTo(new HashSet<>(straight.changes()));
    assertThat(shuffled.size()).isEqualTo(straight.size());
    for (int pod = 0; pod < 3; pod++) {
      Labels series = Labels.of("namespace", "shop", "pod", "p" + pod);
      assertThat(shuffled.place("acme", series)).isEqualTo(straight.place("acme", series));
    }
  }

  @Provide
  Arbitrary<List<Change>> changes() {
    Arbitrary<Labels> resource =
        Combinators.combine(
                Arbitraries.of("prod", "dev"),
                Arbitraries.integers().between(0, 2),
                Arbitraries.integers().between(0, 1),
                Arbitraries.of("n1", "n2"),
                Arbitraries.of("cart", "web"))
            .as(
                (cluster, pod, life, node, workload) ->
                    Labels.of(
                        "k8s.cluster.name", cluster,
                        "k8s.namespace.name", "shop",
                        "k8s.deployment.name", workload,
                        "k8s.pod.name", "p" + pod,
                        "k8s.pod.uid", cluster + pod + life,
                        "k8s.node.name", node,
                        "service.name", workload,
                        "service.version", node));
    Arbitrary<List<Change>> seen =
        Combinators.combine(
                resource, Arbitraries.longs().between(1, 6), Arbitraries.integers().between(0, 9))
            .as(
                (labels, version, fate) -> {
                  List<Change> changes = new ArrayList<>();
                  ResourceEntities.extract("acme", labels, version, changes::add);
                  if (fate < 3) {
                    changes.replaceAll(change -> change.tombstone(version));
                  }
                  return changes;
                });
    return seen.list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(lists -> lists.stream().flatMap(List::stream).toList());
  }
}
