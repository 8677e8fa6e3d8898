package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.Cache;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Is a whole supervisor process for the test that kills one. */
final class KilledSupervisor {

  private KilledSupervisor() {}

  /** Starts one part of each kind of life line in the folder given, tells its pids, and waits. */
  public static void main(String[] args) throws Exception {
    Site site = new Site(Path.of("."), Path.of(args[0]), Cache.ofUser(), System.err::println);
    List<Integer> ports = StackPorts.free(5);
    ClickHousePart clickhouse = new ClickHousePart(site, ports.get(0), ports.get(1));
    AlertmanagerPart alertmanager = new AlertmanagerPart(site, ports.get(2));
    KafkaPart kafka = new KafkaPart(site, ports.get(3), ports.get(4), Optional.empty());
    Supervisor supervisor =
        new Supervisor(List.of(clickhouse, alertmanager, kafka), StartListener.SILENT);
    supervisor.start();
    for (OneProcess part : List.of(clickhouse, alertmanager, kafka)) {
      System.out.println("pid " + part.process().pid().orElseThrow());
    }
    System.out.println("up");
    Thread.sleep(Long.MAX_VALUE);
  }
}
