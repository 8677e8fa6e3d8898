package dev.guanlan.local.command.demo;

import dev.guanlan.local.command.look.AlertFeed;
import dev.guanlan.local.command.look.GraphSize;
import dev.guanlan.local.command.look.LookException;
import dev.guanlan.local.command.look.Memory;
import dev.guanlan.local.command.look.Pages;
import dev.guanlan.local.command.look.StoredRows;
import dev.guanlan.schema.AlertTransition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks at the platform's outer ends, each in a thread of its own so that one that hangs holds no
 * other up, and tells the scene what it sees.
 */
final class Watch implements AutoCloseable {

  private static final long ROWS_MILLIS = 1_000;
  private static final long GRAPH_MILLIS = 1_000;
  private static final long PAGES_MILLIS = 250;
  private static final long MEMORY_MILLIS = 1_000;
  private static final Duration FEED_WAIT = Duration.ofMillis(250);

  private final Scene scene;
  private final Clock clock;
  private final List<Thread> threads = new ArrayList<>();

  /** Looks once at one thing. */
  private interface Look {
    void look() throws LookException, InterruptedException;
  }

  Watch(Scene scene, Clock clock) {
    this.scene = scene;
    this.clock = clock;
  }

  void rows(String clickhouseUrl, String database) {
    StoredRows rows = new StoredRows(clickhouseUrl, database);
    repeat("ClickHouse", ROWS_MILLIS, () -> scene.rows(clock.millis(), rows.count()), () -> {});
  }

  void graph(String boltUri) {
    GraphSize graph = new GraphSize(boltUri);
    repeat("Neo4j", GRAPH_MILLIS, () -> scene.graph(graph.count()), graph::close);
  }

  void pages(String alertmanagerUrl, Consumer<AlertStory> onArrival) {
    Pages pages = new Pages(alertmanagerUrl);
    repeat(
        "Alertmanager",
        PAGES_MILLIS,
        () -> scene.pages(clock.millis(), pages.active()).forEach(onArrival),
        () -> {});
  }

  /** Follows the alerts topic from now on; returns once the feed is open. */
  void alerts(String bootstrapServers, Consumer<AlertTransition> onTransition) {
    AlertFeed feed = new AlertFeed(bootstrapServers);
    repeat(
        "the alerts topic",
        0,
        () -> {
          for (AlertTransition each : feed.poll(FEED_WAIT)) {
            scene.transition(each);
            onTransition.accept(each);
          }
        },
        feed::close);
  }

  /** Measures the memory of processes and all that they started, together. */
  void memory(Memory memory, List<ProcessHandle> roots) {
    repeat("memory", MEMORY_MILLIS, () -> memory.measure(roots), () -> {});
  }

  private void repeat(String what, long pauseMillis, Look look, Runnable end) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  try {
                    look.look();
                    scene.trouble(what, "");
                  } catch (LookException e) {
                    scene.trouble(what, String.valueOf(e.getMessage()));
                    Thread.sleep(ROWS_MILLIS);
                  }
                  Thread.sleep(pauseMillis);
                }
              } catch (InterruptedException closing) {
                // Only close() interrupts; what is looked through is closed undisturbed.
                end.run();
              }
            },
            "watch " + what);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  @Override
  public void close() {
    for (Thread thread : threads) {
      thread.interrupt();
    }
    try {
      for (Thread thread : threads) {
        thread.join(2_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
