package dev.guanlan.connector.alertmanager;

import static dev.guanlan.connector.alertmanager.TestingCluster.LONGEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.testing.AlertmanagerClusterExtension;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A cluster of real Alertmanagers, with one member that is never there")
final class AlertmanagerSinkITCase {

  @RegisterExtension
  static final AlertmanagerClusterExtension ALERTMANAGERS =
      new AlertmanagerClusterExtension("sink", 3).withRoutePrefix("/am");

  private final TestingCluster cluster = new TestingCluster();

  private static AlertmanagerWriter open() throws IOException {
    List<String> peers = new ArrayList<>(List.of("http://127.0.0.1:1/am"));
    peers.addAll(ALERTMANAGERS.urls());
    return TestingCluster.open(peers);
  }

  private void awaitEverywhere(Set<String> names) {
    for (String url : ALERTMANAGERS.urls()) {
      await().atMost(LONGEST).until(() -> cluster.activeNames(url).equals(names));
    }
  }

  @Test
  void hearsOfAlertsThatFireAndAreResolved() throws Exception {
    try (AlertmanagerWriter writer = open()) {
      for (int i = 0; i < 25; i++) {
        writer.write(cluster.firing("a" + i), null);
      }
      // Again: one who hears it twice makes nothing of it.
      writer.write(cluster.firing("a3"), null);
      writer.flush(false);
      for (String url : ALERTMANAGERS.urls()) {
        await().atMost(LONGEST).until(() -> cluster.active(url).size() == 25);
        assertThat(cluster.active(url).get(0).at("/annotations/summary").asText())
            .isEqualTo("ünïcode");
      }
      for (int i = 0; i < 24; i++) {
        writer.write(cluster.resolved("a" + i), null);
      }
      awaitEverywhere(Set.of("a24"));
    }
  }

  @Test
  void losesNothingWhileOneIsDown() throws Exception {
    try (AlertmanagerWriter writer = open()) {
      writer.write(cluster.firing("before"), null);
      writer.write(cluster.firing("over"), null);
      awaitEverywhere(Set.of("before", "over"));
      ALERTMANAGERS.kill(1);
      try {
        writer.write(cluster.firing("meanwhile"), null);
        writer.write(cluster.resolved("over"), null);
        writer.flush(false);
        for (int up : new int[] {0, 2}) {
          await()
              .atMost(LONGEST)
              .until(
                  () ->
                      cluster
                          .activeNames(ALERTMANAGERS.url(up))
                          .equals(Set.of("before", "meanwhile")));
        }
      } finally {
        ALERTMANAGERS.start(1);
      }
      await()
          .atMost(LONGEST)
          .until(() -> cluster.activeNames(ALERTMANAGERS.url(1)).contains("meanwhile"));
      // It has forgotten what it knew, as Alertmanagers do; the state machine sends that again.
      writer.write(cluster.firing("before"), null);
      awaitEverywhere(Set.of("before", "meanwhile"));
    }
  }

  @Test
  void takesTheOthersWhenOneAlertIsNotValid() throws Exception {
    try (AlertmanagerWriter writer = open()) {
      for (int i = 0; i < 9; i++) {
        writer.write(i == 4 ? cluster.firingWithDots("bad") : cluster.firing("a" + i), null);
      }
      writer.flush(false);
      writer.write(cluster.firing("later"), null);
      for (String url : ALERTMANAGERS.urls()) {
        await()
            .atMost(LONGEST)
            .until(
                () ->
                    cluster.activeNames(url).containsAll(Set.of("a0", "a3", "a5", "a8", "later")));
      }
    }
  }

  @Test
  void isFoundByNameAndGrows() throws Exception {
    TestingResolver names = new TestingResolver();
    Resolver.Service first = service(0);
    names.service("_web._tcp.am", first);
    try (AlertmanagerWriter writer =
        TestingCluster.open(Access.ANONYMOUS, names, List.of("dnssrv+_web._tcp.am/am"))) {
      writer.write(cluster.firing("early"), null);
      await()
          .atMost(LONGEST)
          .until(() -> cluster.activeNames(ALERTMANAGERS.url(0)).contains("early"));
      names.service("_web._tcp.am", first, service(1), service(2));
      // Told again and again, as the state machine does, until who came late has heard it.
      for (String url : ALERTMANAGERS.urls()) {
        await()
            .atMost(LONGEST)
            .until(
                () -> {
                  writer.write(cluster.firing("early"), null);
                  return cluster.activeNames(url).contains("early");
                });
      }
    }
  }

  private static Resolver.Service service(int member) {
    URI url = URI.create(ALERTMANAGERS.url(member));
    return new Resolver.Service(url.getHost(), url.getPort());
  }

  @Test
  void isFoundByAHostNameOfThisMachine() throws Exception {
    int port = URI.create(ALERTMANAGERS.url(0)).getPort();
    try (AlertmanagerWriter writer =
        TestingCluster.open(List.of("dns+http://localhost:" + port + "/am"))) {
      writer.write(cluster.firing("named"), null);
      await()
          .atMost(LONGEST)
          .until(() -> cluster.activeNames(ALERTMANAGERS.url(0)).contains("named"));
    }
  }
}
