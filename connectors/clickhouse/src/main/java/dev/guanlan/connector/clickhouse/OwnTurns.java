package dev.guanlan.connector.clickhouse;

import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps in the thread that waits for them. A committer is called in its task's thread and has
 * to be done when it returns, so that thread has nothing else to do meanwhile.
 */
final class OwnTurns implements Turns {

  private record Timer(long dueMillis, Step step) {}

  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::dueMillis));

  @Override
  public long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public void soon(Step step) {
    steps.add(step);
  }

  @Override
  public void later(long millis, Step step) {
    timers.add(new Timer(nowMillis() + millis, step));
  }

  @Override
  public void await() throws IOException, InterruptedException {
    next().run();
  }

  private Step next() throws InterruptedException {
    while (true) {
      Timer timer = timers.peek();
      if (timer == null) {
        return steps.take();
      }
      @Nullable Step step =
          steps.poll(Math.max(0, timer.dueMillis - nowMillis()), TimeUnit.MILLISECONDS);
      if (step != null) {
        return step;
      }
      if (timer.dueMillis <= nowMillis()) {
        timers.remove();
        return timer.step;
      }
    }
  }
}
