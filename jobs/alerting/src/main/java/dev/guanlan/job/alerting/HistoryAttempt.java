package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.HistoryReader.Filled;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.FailureKind;
import dev.guanlan.store.ReadLimitException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Is a rule group on its way through {@link ReadHistory}: waits for its turn, is read by a thread
 * of a {@link HistoryLane}, and ends with the group going on, with its history or without. All but
 * {@link #run} and what it hands over is done in the task's thread.
 */
final class HistoryAttempt implements Runnable {

  private static final Logger LOGGER = LoggerFactory.getLogger(HistoryAttempt.class);

  private static final long RETRY_MILLIS = 1_000;
  private static final long MOST_RETRY_MILLIS = 32_000;

  /** How many times as long as for a piece is waited for all. */
  static final int MOST_TIMEOUTS = 10;

  private final ReadHistory task;
  private final RuleChange change;
  private final RuleGroup group;
  private final Filled filled;
  private final long beganMillis;
  private HistoryLane where;
  private @Nullable Future<?> work;
  private @Nullable Future<?> timer;
  private @Nullable String lastFailure;
  private long retryMillis = RETRY_MILLIS;

  /** How many pieces were taken since it was begun last, and at most of any time. */
  private int pieces;

  private int mostPieces;

  /** Whether others are read before. */
  private boolean waits = true;

  /** When something of it was taken, or of those that it waited for. */
  private long tookMillis;

  /**
   * Begins to wait.
   *
   * @param filled what is known of the group's history
   * @param where where it is read first
   */
  HistoryAttempt(
      ReadHistory task, RuleChange change, RuleGroup group, Filled filled, HistoryLane where) {
    this.task = task;
    this.change = change;
    this.group = group;
    this.filled = filled;
    this.where = where;
    this.beganMillis = task.now();
    this.tookMillis = beganMillis;
  }

  /** Returns what is under way. */
  RuleChange change() {
    return change;
  }

  void schedule(long delayMillis) {
    work = where.schedule(this, delayMillis);
  }

  /** Ends it if it has waited for too long, and else looks again when that may be. */
  void look() {
    long timeout = task.timeout().toMillis();
    long took = waits ? Math.max(tookMillis, where.tookMillis()) : tookMillis;
    long until = Math.min(took + timeout, beganMillis + MOST_TIMEOUTS * timeout);
    if (task.now() < until) {
      timer = task.at(until, () -> ifCurrent(this::look));
      return;
    }
    Future<?> reading = work;
    fail(
        new TimeoutException(
            "ClickHouse did not give %s within %s (--%s)%s"
                .formatted(
                    until == took + timeout ? "it" : "all of it",
                    until == took + timeout
                        ? task.timeout()
                        : task.timeout().multipliedBy(MOST_TIMEOUTS),
                    BootstrapOptions.TIMEOUT.key(),
                    lastFailure == null ? "" : ": " + lastFailure)));
    if (reading != null) {
      reading.cancel(true);
    }
  }

  /** Reads, in a thread of its lane. */
  // Whatever goes wrong with a history, its group begins: what is thrown here would be lost.
  @SuppressWarnings("CatchingUnchecked")
  @Override
  public void run() {
    try {
      tell(this::begin);
      boolean ofAlerts = where.reader().hasWindows(group, filled);
      long readMillis = ofAlerts ? RuleChange.READ_BEFORE : task.wallMillis();
      Filled now = where.reader().read(change.key(), group, filled, this::handOver);
      tell(() -> succeed(change.withHistory(readMillis), now));
    } catch (ClickHouseException e) {
      tell(() -> fail(e));
    } catch (ReadLimitException e) {
      tell(() -> exceed(e));
    } catch (RuleException e) {
      // It is told where it is evaluated.
      tell(() -> succeed(change, Filled.NOTHING));
    } catch (InterruptedException e) {
      // It was given up.
      Thread.currentThread().interrupt();
    } catch (RejectedExecutionException e) {
      // The task ends.
      LOGGER.debug("The history of {} is not needed any more", change.key(), e);
    } catch (IOException | RuntimeException e) {
      tell(() -> fail(e));
    }
  }

  /** Has the task do something, unless this was given up. */
  private void tell(ThrowingRunnable<Exception> what) {
    task.execute(() -> ifCurrent(what), "history of a rule group");
  }

  private void ifCurrent(ThrowingRunnable<Exception> what) throws Exception {
    if (task.isUnderWay(this)) {
      what.run();
    }
  }

  /**
   * Waits until a piece has gone on.
   *
   * @throws InterruptedException also if it was given up, or the task ends: who reads an answer is
   *     not told of an interrupt
   */
  private void handOver(GroupHistory piece) throws InterruptedException {
    CountDownLatch gone = new CountDownLatch(1);
    AtomicBoolean sent = new AtomicBoolean();
    task.execute(
        () -> {
          ifCurrent(
              () -> {
                task.send(piece);
                tookPiece();
                sent.set(true);
              });
          gone.countDown();
        },
        "piece of the history of a rule group");
    while (!gone.await(1, TimeUnit.SECONDS)) {
      if (where.isClosed()) {
        throw new InterruptedException("the task ends");
      }
    }
    if (!sent.get()) {
      throw new InterruptedException("the history of " + change.key() + " is not needed any more");
    }
  }

  /** Notes progress, which pieces that come again are not. */
  private void tookPiece() {
    pieces++;
    if (pieces > mostPieces) {
      mostPieces = pieces;
      took();
    }
  }

  private void begin() {
    tookMillis = Math.max(tookMillis, where.tookMillis());
    waits = false;
    pieces = 0;
  }

  private void took() {
    tookMillis = task.now();
    where.took(tookMillis);
  }

  private void succeed(RuleChange sent, Filled now) {
    took();
    task.countRead();
    end(sent, now);
  }

  /** Goes on where long histories are read, unless it was read there. */
  private void exceed(ReadLimitException limit) {
    HistoryLane last = task.laneOfLong();
    if (where != last) {
      where = last;
      mostPieces = 0;
      waits = true;
      schedule(0);
      return;
    }
    fail(
        new IOException(
            "%s; select less, or raise --%s or --%s"
                .formatted(
                    limit.getMessage(),
                    BootstrapOptions.MAX_SAMPLES.key(),
                    AlertingSettings.MAX_SERIES.key()),
            limit));
  }

  private void fail(Exception failure) {
    if (failure instanceof ClickHouseException e && e.kind() == FailureKind.RETRYABLE) {
      lastFailure = e.getMessage();
      // Others are read before it meanwhile.
      waits = true;
      schedule(retryMillis);
      retryMillis = Math.min(2 * retryMillis, MOST_RETRY_MILLIS);
      return;
    }
    task.countFailed(change, failure);
    end(change.withoutHistory(String.valueOf(failure.getMessage())), kept());
  }

  private Filled kept() {
    try {
      return where.reader().kept(group, filled);
    } catch (RuleException e) {
      // It is refused where it is evaluated, and the last version goes on.
      return Filled.NOTHING;
    }
  }

  /** Sends the group on, and takes note of what is filled now. */
  private void end(RuleChange sent, Filled now) {
    forgetTimer();
    task.end(this, sent, now);
  }

  void giveUp() {
    forgetTimer();
    if (work != null) {
      work.cancel(true);
    }
  }

  private void forgetTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
