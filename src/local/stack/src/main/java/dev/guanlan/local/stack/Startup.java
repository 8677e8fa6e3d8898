package dev.guanlan.local.stack;

import java.time.Duration;

/** Starts one part and waits until it serves. */
public final class Startup {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private Startup() {}

  /**
   * Starts {@code part} if it does not run, and returns once it is healthy.
   *
   * @return how long it took, fetching included
   * @throws PartException when it ends instead or is not healthy in time; it is stopped then
   */
  public static Duration untilHealthy(Part part) throws PartException {
    long begin = System.nanoTime();
    part.start();
    awaitHealth(part);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Returns once a part that was started is healthy; throws as {@link #untilHealthy} does. */
  static void awaitHealth(Part part) throws PartException {
    long started = System.nanoTime();
    Health health = part.check();
    while (!health.isUp()) {
      if (!part.running()) {
        throw new PartException(
            "%s did not come up: %s".formatted(part.name(), part.check().detail()));
      }
      if (System.nanoTime() - started > part.startTimeout().toNanos()) {
        part.stop();
        throw new PartException(
            "%s did not come up within %d s: %s. See %s."
                .formatted(
                    part.name(),
                    part.startTimeout().toSeconds(),
                    health.detail(),
                    part.log().map(Object::toString).orElse("the other parts' logs")));
      }
      pause(part);
      health = part.check();
    }
  }

  private static void pause(Part part) throws PartException {
    try {
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      part.stop();
      throw new PartException("Starting %s was interrupted.".formatted(part.name()), e);
    }
  }
}
