package dev.guanlan.local.command.demo;

import dev.guanlan.local.command.look.Memory;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.StartListener;
import dev.guanlan.local.stack.Supervisor;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.store.Migrations;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs the demo on a platform that serves: starts the fleet, breaks a service, shows what comes of
 * it, and says at the end whether everything came.
 */
public final class DemoRun implements AutoCloseable {

  private static final String HOST = "127.0.0.1:";
  private static final long DRAW_MILLIS = 500;
  private static final long LINE_MILLIS = 5_000;

  private final DemoSettings settings;
  private final Terminal terminal;
  private final Style style;
  private final Clock clock;
  private final Scene scene;
  private final Memory memory = new Memory();
  private final Watch watch;
  private final Board board;
  private final DemoParts parts;
  private final Supervisor supervisor;
  private final Optional<ProcessHandle> platform;
  private volatile long begunMillis;

  /**
   * Prepares the demo.
   *
   * @param listener hears how its parts start and stop
   * @param notice hears of what takes long, such as a download
   * @param platform the process that supervises the platform, if that is not this one
   */
  public DemoRun(
      DemoSettings settings,
      StartListener listener,
      Consumer<String> notice,
      Optional<ProcessHandle> platform,
      Terminal terminal,
      Clock clock) {
    this.settings = settings;
    this.platform = platform;
    this.terminal = terminal;
    this.style = terminal.style();
    this.clock = clock;
    scene = new Scene(settings.fleet().jobs());
    watch = new Watch(scene, clock);
    board = new Board(scene, settings.fleet(), settings.rate(), style);
    parts = DemoParts.of(settings, notice);
    supervisor = new Supervisor(parts.all(), listener);
  }

  /** Starts the watchers, then the fleet and what scrapes this machine. */
  public void start() throws PartException {
    StackPorts ports = settings.place().ports();
    // Before the fleet, so that nothing that it causes is missed.
    watch.alerts(HOST + ports.kafka(), this::tell);
    watch.pages("http://" + HOST + ports.alertmanager(), this::tell);
    watch.rows("http://" + HOST + ports.clickhouseHttp(), Migrations.DEFAULT_DATABASE);
    watch.graph("bolt://" + HOST + ports.neo4jBolt());
    List<ProcessHandle> roots = new ArrayList<>();
    roots.add(ProcessHandle.current());
    platform.ifPresent(roots::add);
    watch.memory(memory, roots);
    parts.notes().forEach(note -> terminal.line("  " + style.dim(note)));
    supervisor.start();
    begunMillis = clock.millis();
  }

  /** Shows the scene until the time is over or the thread is interrupted. */
  public void run() throws InterruptedException {
    FleetControl fleet = new FleetControl(parts.controlPort());
    long nextLine = begunMillis + LINE_MILLIS;
    terminal.line("");
    while (!over()) {
      long now = clock.millis();
      breakOrMend(fleet, now);
      if (terminal.live()) {
        terminal.draw(board.lines(now, running(), memory.lastBytes()));
      } else if (now >= nextLine) {
        terminal.line(board.line(running()));
        nextLine += LINE_MILLIS;
      }
      Thread.sleep(DRAW_MILLIS);
    }
    if (terminal.live()) {
      terminal.draw(board.lines(clock.millis(), running(), memory.lastBytes()));
      terminal.settle();
    } else {
      terminal.line(board.line(running()));
    }
  }

  /** Says what came and what did not; returns whether all came. */
  public boolean conclude() {
    List<String> missing = scene.missing();
    terminal.line("");
    if (scene.grown() > 0) {
      terminal.line(
          style.tick() + " " + Figures.count(scene.grown()) + " rows came into ClickHouse");
    }
    if (scene.graph().services() > 0) {
      terminal.line(
          "%s %s services and %s calls between them are in the graph in Neo4j (the fleet has %d and %d)"
              .formatted(
                  style.tick(),
                  Figures.count(scene.graph().services()),
                  Figures.count(scene.graph().calls()),
                  settings.fleet().services().size(),
                  settings.fleet().calls()));
    }
    scene
        .firstOfFault()
        .ifPresent(
            story ->
                terminal.line(
                    "%s %s of %s was %s; %s after the demo was called"
                        .formatted(
                            style.tick(),
                            story.alert(),
                            story.subject(),
                            board.arrival(story),
                            Figures.duration(
                                Duration.ofMillis(
                                    story.arrivedMillis() - settings.beginMillis())))));
    missing.forEach(each -> terminal.line(style.cross() + " " + each));
    terminal.line("  Peak memory of everything together: " + Figures.bytes(memory.peakBytes()));
    return missing.isEmpty();
  }

  /** Stops the fleet and what else the demo started besides the platform. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    watch.close();
    terminal.erase();
    supervisor.stop();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void breakOrMend(FleetControl fleet, long now) throws InterruptedException {
    try {
      if (scene.faultMillis() == 0 && now >= begunMillis + settings.faultAfter().toMillis()) {
        scene.fault(settings.fault().toString(), now);
        long since = fleet.inject(settings.fault().service(), settings.fault().kind());
        scene.fault(settings.fault().toString(), since);
        tell(style.warn("fault injected: " + settings.fault()));
      } else if (scene.faultMillis() > 0
          && scene.healedMillis() == 0
          && now >= scene.faultMillis() + settings.faultLasts().toMillis()) {
        scene.healed(now);
        fleet.heal(settings.fault().service());
        tell("fault ended: " + settings.fault());
      }
      scene.trouble("the fleet", "");
    } catch (IOException e) {
      scene.trouble("the fleet", "The fleet cannot be steered: " + e.getMessage());
    }
  }

  private void tell(AlertTransition step) {
    AlertStory story = AlertStory.begin(step);
    String what =
        "%s %s %s".formatted(word(step.getTo()), style.bold(story.alert()), story.subject());
    tell(story.summary().isEmpty() ? what : what + style.dim("  " + story.summary()));
  }

  private void tell(AlertStory story) {
    tell(
        "%s %s %s %s"
            .formatted(
                style.bad("paged   "),
                style.bold(story.alert()),
                story.subject(),
                board.arrival(story)));
  }

  private void tell(String text) {
    terminal.line(String.format(Locale.ROOT, "  %6s  %s", Figures.clock(running()), text));
  }

  private String word(AlertState state) {
    return switch (state) {
      case INACTIVE -> "inactive";
      case PENDING -> style.warn("pending ");
      case FIRING -> style.bad("firing  ");
      case RESOLVED -> style.good("resolved");
    };
  }

  private Duration running() {
    return begunMillis == 0
        ? Duration.ZERO
        : Duration.ofMillis(Math.max(0, clock.millis() - begunMillis));
  }

  private boolean over() {
    return settings.length().map(length -> running().compareTo(length) >= 0).orElse(false);
  }
}
