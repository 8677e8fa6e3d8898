package dev.guanlan.local.stack;

import java.time.Duration;

/** Lets several threads tell a listener that hears one at a time. */
final class OneAtATime implements StartListener {

  private final StartListener listener;

  OneAtATime(StartListener listener) {
    this.listener = listener;
  }

  @Override
  public synchronized void starting(Part part) {
    listener.starting(part);
  }

  @Override
  public synchronized void started(Part part, Duration took) {
    listener.started(part, took);
  }

  @Override
  public synchronized void failed(Part part, PartException reason) {
    listener.failed(part, reason);
  }

  @Override
  public synchronized void died(Part part, String reason, Duration pause) {
    listener.died(part, reason, pause);
  }

  @Override
  public synchronized void restarted(Part part, Duration took) {
    listener.restarted(part, took);
  }

  @Override
  public synchronized void gaveUp(Part part, String reason) {
    listener.gaveUp(part, reason);
  }

  @Override
  public synchronized void stopping(Part part) {
    listener.stopping(part);
  }

  @Override
  public synchronized void stopped(Part part, Duration took) {
    listener.stopped(part, took);
  }
}
