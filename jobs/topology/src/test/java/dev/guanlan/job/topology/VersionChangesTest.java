package dev.guanlan.job.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.enrich.TopologyTypes;
import dev.guanlan.model.Labels;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.EntityType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The versions of an entity")
class VersionChangesTest {

  private OperatorHarness<Change, Change> harness;

  private static OperatorHarness<Change, Change> harness(
      int parallelism, int index, OperatorSubtaskState... state) throws Exception {
    return OperatorHarness.open(
        new VersionChanges(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofHours(1)),
        Change::key,
        TopologyTypes.CHANGES,
        parallelism,
        index,
        state);
  }

  @BeforeEach
  void open() throws Exception {
    harness = harness(1, 0);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static Entity host(String name, long seconds, String... attributes) {
    return new Entity(
        "acme",
        EntityType.HOST,
        "host:" + name,
        name,
        Labels.of(attributes),
        seconds * 1000,
        false);
  }

  private void see(Change change) throws Exception {
    harness.process(change, change.version());
  }

  @Test
  @DisplayName("begin with the first sighting, and the same again is none")
  void first() throws Exception {
    see(host("h1", 100));
    see(host("h1", 110));
    see(host("h1", 105));

    assertThat(harness.take()).containsExactly(host("h1", 100));
  }

  @Test
  @DisplayName("come when the refresh time is over")
  void refresh() throws Exception {
    see(host("h1", 100));
    see(host("h1", 399));
    see(host("h1", 400));

    assertThat(harness.take()).containsExactly(host("h1", 100), host("h1", 400));
  }

  @Test
  @DisplayName("join what several agents say, the newest word for each attribute")
  void merge() throws Exception {
    see(host("h1", 100, "os.type", "linux", "host.arch", "arm"));
    see(host("h1", 110, "host.arch", "amd64"));
    see(host("h1", 90, "host.arch", "x86", "cloud.region", "eu"));
    harness.watermark(111_000);

    assertThat(harness.take())
        .containsExactly(
            host("h1", 100, "os.type", "linux", "host.arch", "arm"),
            host("h1", 110, "os.type", "linux", "host.arch", "amd64"),
            host("h1", 110, "cloud.region", "eu", "os.type", "linux", "host.arch", "amd64")
                .withVersion(110_001));
  }

  @Test
  @DisplayName("do not come faster than the settle time, and none is lost by that")
  void settle() throws Exception {
    see(host("h1", 100, "a", "1"));
    for (int i = 2; i < 50; i++) {
      see(host("h1", 100, "a", "" + i).withVersion(100_000 + i));
    }
    assertThat(harness.take()).hasSize(1);

    harness.watermark(101_000);

    assertThat(harness.take()).containsExactly(host("h1", 100, "a", "49").withVersion(100_049));
  }

  @Test
  @DisplayName("end with a tombstone when it was not seen for the expiry time, and leave nothing")
  void expiry() throws Exception {
    see(host("h1", 100));
    see(host("h1", 200));
    harness.watermark(3_600_000 + 199_999);
    assertThat(harness.take()).containsExactly(host("h1", 100));

    harness.watermark(3_600_000 + 200_000);

    assertThat(harness.take()).containsExactly(host("h1", 0).tombstone(200_001));
    assertThat(harness.leftovers()).isZero();
  }

  @Test
  @DisplayName("are not begun again by a sighting from before the end")
  void late() throws Exception {
    see(host("h1", 100));
    harness.watermark(3_600_000 + 100_000);
    harness.take();

    see(host("h1", 99));
    assertThat(harness.take()).isEmpty();

    see(host("h1", 3_000));
    assertThat(harness.take()).containsExactly(host("h1", 3_000));
  }

  @Test
  @DisplayName("go on after a restore")
  void restore() throws Exception {
    see(host("h1", 100, "a", "1"));
    see(host("h1", 100, "a", "2").withVersion(100_500));
    harness.take();
    OperatorSubtaskState state = harness.snapshot();
    harness.close();

    harness = harness(1, 0, state);
    see(host("h1", 100, "a", "2").withVersion(100_600));
    assertThat(harness.take()).isEmpty();
    harness.watermark(101_000);
    assertThat(harness.take()).containsExactly(host("h1", 100, "a", "2").withVersion(100_600));
    harness.watermark(4_000_000);
    assertThat(harness.take()).containsExactly(host("h1", 0).tombstone(100_601));
    assertThat(harness.leftovers()).isZero();
  }

  @Test
  @DisplayName("are known to exactly one task after a rescale")
  void rescale() throws Exception {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      see(host("h" + i, 100));
      expected.add("host:h" + i);
    }
    OperatorSubtaskState state = harness.snapshot();

    List<String> gone = new ArrayList<>();
    for (int index = 0; index < 3; index++) {
      OperatorHarness<Change, Change> part = harness(3, index, state);
      part.watermark(10_000_000);
      List<Change> tombstones = part.take();
      assertThat(tombstones).isNotEmpty().allMatch(Change::deleted);
      tombstones.forEach(change -> gone.add(change.id()));
      part.close();
    }
    assertThat(gone).hasSize(50).containsExactlyInAnyOrderElementsOf(expected);
  }
}
