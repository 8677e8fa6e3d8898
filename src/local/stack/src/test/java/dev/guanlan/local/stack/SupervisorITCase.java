package dev.guanlan.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.guanlan.local.stack.fetch.Cache;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A supervisor")
class SupervisorITCase {

  private static final Duration LONGEST = Duration.ofMinutes(3);

  @TempDir Path folder;

  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final List<Supervisor> supervisors = new ArrayList<>();

  private final StartListener listener =
      new StartListener() {
        @Override
        public void started(Part part, Duration took) {
          heard.add("started " + part.name());
        }

        @Override
        public void died(Part part, String reason, Duration pause) {
          heard.add("died " + part.name());
        }

        @Override
        public void restarted(Part part, Duration took) {
          heard.add("restarted " + part.name());
        }

        @Override
        public void stopped(Part part, Duration took) {
          heard.add("stopped " + part.name());
        }
      };

  @AfterEach
  void stopWhatIsLeft() {
    supervisors.forEach(Supervisor::stop);
  }

  @Test
  void leavesNoOrphanWhenItIsKilled() throws Exception {
    Process process =
        new ProcessBuilder(
                JavaCommand.java(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledSupervisor.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<ProcessHandle> children = new ArrayList<>();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.equals("up")) {
        if (line.startsWith("pid ")) {
          children.add(ProcessHandle.of(Long.parseLong(line.substring(4))).orElseThrow());
        }
        line = lines.readLine();
      }
      assertThat(children).hasSize(3).allMatch(ProcessHandle::isAlive);
    } finally {
      process.destroyForcibly();
    }

    await().atMost(LONGEST).untilAsserted(() -> assertThat(children).noneMatch(this::lives));
  }

  @Test
  void startsAgainWhatDiesAndStopsInReverse() throws Exception {
    Site site = site();
    List<Integer> ports = StackPorts.free(2);
    AlertmanagerPart first = new AlertmanagerPart(site, ports.get(0));
    NodeExporterPart second = new NodeExporterPart(site, ports.get(1));
    Supervisor supervisor = supervise(first, second);
    supervisor.start();
    long pid = first.process().pid().orElseThrow();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();

    await()
        .atMost(LONGEST)
        .untilAsserted(() -> assertThat(heard).contains("restarted alertmanager"));
    assertThat(supervisor.check().values()).allMatch(Health::isUp);
    assertThat(first.process().pid().orElseThrow()).isNotEqualTo(pid);
    supervisor.stop();

    assertThat(heard)
        .containsExactly(
            "started alertmanager",
            "started node-exporter",
            "died alertmanager",
            "restarted alertmanager",
            "stopped node-exporter",
            "stopped alertmanager");
    assertThat(supervisor.check().values()).noneMatch(Health::isUp);
  }

  @Test
  void stopsEverythingWhenOnePartFindsItsPortTaken() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Site site = site();
      AlertmanagerPart first = new AlertmanagerPart(site, StackPorts.free(1).get(0));
      NodeExporterPart second = new NodeExporterPart(site, socket.getLocalPort());

      assertThatThrownBy(supervise(first, second)::start)
          .isInstanceOf(PartException.class)
          .hasMessageContaining("GUANLAN_PORT_NODE_EXPORTER");
      assertThat(first.running()).isFalse();
    }
  }

  @Test
  void saysWhatAPartComplainedOfThatDoesNotComeUp() throws Exception {
    Site site = site();
    Files.writeString(
        site.data("alertmanager").resolve("alertmanager.yml"), "route: {receiver: nobody}\n");

    assertThatThrownBy(supervise(new AlertmanagerPart(site, StackPorts.free(1).get(0)))::start)
        .isInstanceOf(PartException.class)
        .hasMessageContaining("alertmanager did not come up")
        .hasMessageContaining("nobody");
  }

  private Supervisor supervise(Part... parts) {
    Supervisor supervisor = new Supervisor(List.of(parts), listener);
    supervisors.add(supervisor);
    return supervisor;
  }

  private Site site() {
    return new Site(Path.of("."), folder, Cache.ofUser(), sentence -> {});
  }

  /** An orphan's dead body may stay in the process table where nothing collects it. */
  private boolean lives(ProcessHandle child) {
    Path status = Path.of("/proc", Long.toString(child.pid()), "status");
    try {
      return child.isAlive() && !Files.readString(status).contains("State:\tZ");
    } catch (IOException gone) {
      return false;
    }
  }
}
