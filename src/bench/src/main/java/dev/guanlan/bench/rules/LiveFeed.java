package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.bench.send.Sender;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends the scrapes of a fleet in real time, each request at its newest sample's time or before;
 * what lies in the past at once. Goes on until it is closed.
 */
final class LiveFeed implements AutoCloseable {

  /** How long a sample waits for the others of its request at most. */
  private static final int LONGEST_WAIT_MILLIS = 500;

  /**
   * How long before its newest sample's time a request is sent. Prometheus evaluates by the wall
   * clock, and without it would not see what is still on its way: its verdicts would depend on how
   * busy the machine is, and could not be compared. A machine where others build makes a request
   * wait for ten seconds and more. Neither target looks at a sample before its time.
   */
  static final int AHEAD_MILLIS = 20_000;

  private static final int BETWEEN_LOOKS_MILLIS = 20;

  private final NodeFleet fleet;
  private final Sender sender;
  private final long beginMillis;
  private final int aheadMillis;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<@Nullable Void> feeding;
  private volatile boolean stopping;
  private volatile long sentUpToMillis = Long.MIN_VALUE;
  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong mostLateMillis = new AtomicLong();

  /**
   * Begins to send.
   *
   * @param fleet not scraped yet
   * @param beginMillis when its first scrape begins, milliseconds since the epoch
   * @param aheadMillis how long before its newest sample's time a request is sent
   */
  LiveFeed(NodeFleet fleet, Sender sender, long beginMillis, int aheadMillis) {
    this.fleet = fleet;
    this.sender = sender;
    this.beginMillis = beginMillis;
    this.aheadMillis = aheadMillis;
    feeding = thread.submit(this::feed);
  }

  private @Nullable Void feed() throws IOException, InterruptedException {
    for (long scrape = 0; !stopping; scrape++) {
      fleet.scrape(
          beginMillis + scrape * NodeFleet.INTERVAL_MILLIS, LONGEST_WAIT_MILLIS, this::send);
    }
    return null;
  }

  private void send(int from, int count, long newestMillis, byte[] body)
      throws IOException, InterruptedException {
    long left = newestMillis - aheadMillis - System.currentTimeMillis();
    while (!stopping && left > 0) {
      Thread.sleep(Math.min(left, BETWEEN_LOOKS_MILLIS));
      left = newestMillis - aheadMillis - System.currentTimeMillis();
    }
    if (!stopping) {
      sender.send(from, body);
      samples.addAndGet(count);
      sentUpToMillis = newestMillis;
      mostLateMillis.accumulateAndGet(System.currentTimeMillis() - newestMillis, Math::max);
    }
  }

  /**
   * Returns how long after its newest sample's time a request was taken at most, milliseconds, and
   * begins anew; 0 if none was taken after it.
   */
  long takeMostLateMillis() {
    return mostLateMillis.getAndSet(0);
  }

  /** Returns how many samples were sent. */
  long samples() {
    return samples.get();
  }

  /**
   * Returns when it is a certain time and all is sent that was scraped before.
   *
   * @throws IOException if sending failed
   */
  void await(long timeMillis) throws IOException, InterruptedException {
    // The last node of a scrape may be one interval of a node, and the wait of its request, ahead.
    long newest = timeMillis - NodeFleet.INTERVAL_MILLIS / fleet.nodes() - LONGEST_WAIT_MILLIS;
    while (System.currentTimeMillis() < timeMillis || sentUpToMillis < newest) {
      if (feeding.isDone()) {
        ended();
      }
      Thread.sleep(BETWEEN_LOOKS_MILLIS);
    }
  }

  private void ended() throws IOException, InterruptedException {
    try {
      feeding.get();
    } catch (ExecutionException e) {
      throw new IOException("Feeding failed: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /** Stops sending. */
  @Override
  public void close() throws IOException {
    stopping = true;
    try {
      ended();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      thread.shutdown();
      sender.close();
    }
  }
}
