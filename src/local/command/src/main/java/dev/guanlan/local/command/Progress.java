package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Event;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Terminal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows what happens to a stack while it starts or stops: a line for each part that is done, and on
 * a terminal one below for those that are on their way.
 */
final class Progress {

  private static final long TICK_MILLIS = 200;

  private final Terminal terminal;
  private final Style style;
  private final Clock clock;
  private final Map<String, Long> underWay = new LinkedHashMap<>();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });
  private String notice = "";
  private boolean drawn;

  Progress(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.style = terminal.style();
    this.clock = clock;
  }

  /** Shows one event. */
  synchronized void show(Event event) {
    switch (event.kind()) {
      case STARTING, STOPPING -> {
        underWay.put(event.part(), event.atMillis());
        notice = "";
      }
      case NOTICE -> {
        notice = event.text();
        if (!terminal.live() || underWay.isEmpty()) {
          terminal.line("     " + event.text());
        }
      }
      case STARTED -> done(event, style.tick(), event.address());
      case STOPPED -> done(event, style.tick(), "stopped");
      case FAILED -> {
        underWay.remove(event.part());
        terminal.line("  " + style.cross() + " " + style.bad(event.part()) + "  " + event.text());
        terminal.line("Stopping what had started");
      }
      case DIED ->
          terminal.line("  " + style.cross() + " " + event.part() + " died: " + event.text());
      case RESTARTED -> done(event, style.tick(), "started again");
      case GAVE_UP ->
          terminal.line(
              "  "
                  + style.cross()
                  + " "
                  + style.bad(event.part() + " died too often and is left alone: ")
                  + event.text());
      case READY, ENDED -> underWay.clear();
    }
    tick();
  }

  /** Draws the line of what is under way again, with its time. */
  synchronized void tick() {
    if (underWay.isEmpty() && !drawn) {
      // What is drawn now, if anything, is not ours.
      return;
    }
    drawn = !underWay.isEmpty();
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Long> each : underWay.entrySet()) {
      Duration since = Duration.ofMillis(Math.max(0, clock.millis() - each.getValue()));
      lines.add(
          "    "
              + style.dim(
                  String.format(
                      Locale.ROOT,
                      "%-14s %9s  %s",
                      each.getKey(),
                      Figures.duration(since),
                      notice)));
    }
    terminal.draw(lines);
  }

  /** Takes the line of what is under way away. */
  synchronized void close() {
    underWay.clear();
    drawn = false;
    terminal.erase();
  }

  /** Lets a thread draw again what is under way, so that its time goes on. */
  void keepTicking() {
    var unused =
        ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void done(Event event, String mark, String detail) {
    underWay.remove(event.part());
    notice = "";
    terminal.line(
        String.format(
                Locale.ROOT,
                "  %s %-14s %-16s %9s  %s",
                mark,
                event.part(),
                event.version(),
                Figures.duration(Duration.ofMillis(event.millis())),
                style.dim(detail))
            .stripTrailing());
  }
}
