package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Event;
import dev.guanlan.local.command.run.Event.Kind;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.StartListener;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/** Turns what a supervisor does into events. */
final class EventListener implements StartListener {

  private final Consumer<Event> events;
  private final Clock clock;

  EventListener(Consumer<Event> events, Clock clock) {
    this.events = events;
    this.clock = clock;
  }

  @Override
  public void starting(Part part) {
    tell(part, Kind.STARTING, Duration.ZERO, "");
  }

  /** Tells in a sentence of something that takes long, such as a download. */
  void notice(String sentence) {
    events.accept(Event.of(clock.millis(), Kind.NOTICE, 0, sentence));
  }

  @Override
  public void started(Part part, Duration took) {
    tell(part, Kind.STARTED, took, "");
  }

  @Override
  public void failed(Part part, PartException reason) {
    tell(part, Kind.FAILED, Duration.ZERO, String.valueOf(reason.getMessage()));
  }

  @Override
  public void died(Part part, String reason, Duration pause) {
    tell(part, Kind.DIED, pause, reason);
  }

  @Override
  public void restarted(Part part, Duration took) {
    tell(part, Kind.RESTARTED, took, "");
  }

  @Override
  public void gaveUp(Part part, String reason) {
    tell(part, Kind.GAVE_UP, Duration.ZERO, reason);
  }

  @Override
  public void stopping(Part part) {
    tell(part, Kind.STOPPING, Duration.ZERO, "");
  }

  @Override
  public void stopped(Part part, Duration took) {
    tell(part, Kind.STOPPED, took, "");
  }

  private void tell(Part part, Kind kind, Duration took, String text) {
    String address = part.endpoints().isEmpty() ? "" : part.endpoints().get(0).url();
    events.accept(
        new Event(
            clock.millis(), kind, part.name(), part.version(), address, took.toMillis(), text));
  }
}
