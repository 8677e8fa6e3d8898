package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.HistoryReader.Filled;
import dev.guanlan.job.alerting.HistoryReader.History;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.FailureKind;
import dev.guanlan.store.ReadLimitException;
import dev.guanlan.store.SampleReader;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the history of a rule group ahead of the group itself. The way of a change:
 *
 * <ol>
 *   <li>A deletion goes on at once, as does everything if no store is configured, and a change that
 *       looks at nothing that the last version did not.
 *   <li>Any other new or changed group waits until what came before it is stored, some seconds
 *       after its publication.
 *   <li>A thread of its own reads its history. While ClickHouse is away it is tried again.
 *   <li>The history goes on, and the group behind it.
 *   <li>When that takes too long or cannot be, the group goes on without, counted, and the change
 *       says so. The alert path never waits for the storage path.
 * </ol>
 *
 * <p>No change waits for one of another group. Of two changes of one group the newer goes on, and
 * the older only if it was done before; so a group that is deleted stays so, also when changes that
 * were under way are taken up again after a failure, which is in any order. A change that the
 * checkpoint has is not read again, so that a restart fills nothing anew.
 */
final class ReadHistory extends RichAsyncFunction<RuleChange, GroupUpdate> {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(ReadHistory.class);

  /** How many changes may be under way; more, and plans behind them, wait in the source. */
  static final int CAPACITY = 10_000;

  private static final int THREADS = 4;
  private static final long RETRY_MILLIS = 1_000;

  private final BootstrapOptions options;

  /** Guards itself and all below that changes, and lets results be handed over in one order. */
  private final HashMap<String, Known> groups = new HashMap<>();

  private transient @Nullable HistoryReader reader;
  private transient @Nullable ScheduledExecutorService threads;
  private transient Clock clock = Clock.systemUTC();
  private transient Counter bootstraps = new SimpleCounter();
  private transient Counter failures = new SimpleCounter();
  private transient boolean failing;

  ReadHistory(BootstrapOptions options) {
    this.options = options;
  }

  /** Is the newest that is known of a group. */
  private record Known(long version, Filled filled, @Nullable Attempt attempt) {}

  @Override
  public void open(OpenContext context) throws IOException {
    clock = Clock.systemUTC();
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    bootstraps = metrics.counter(AlertingNames.BOOTSTRAPS);
    failures = metrics.counter(AlertingNames.BOOTSTRAP_FAILURES);
    if (options.target() == null) {
      return;
    }
    reader =
        new HistoryReader(
            new SampleReader(options.target().connect(), options.maxSeries(), options.maxSamples()),
            options.lookbackMillis(),
            options.forStates(),
            clock);
    threads =
        Executors.newScheduledThreadPool(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "read-history");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdownNow();
    }
  }

  @Override
  public void asyncInvoke(RuleChange change, ResultFuture<GroupUpdate> result) {
    synchronized (groups) {
      Known known = groups.get(change.key());
      if (known != null && known.version() > change.version()) {
        result.complete(List.of());
        return;
      }
      if (known != null && known.attempt() != null) {
        known.attempt().handOver(List.of());
        known.attempt().interrupt();
      }
      RuleGroup group = change.group();
      Filled filled = known == null || group == null ? Filled.NOTHING : known.filled();
      if (reader == null || group == null) {
        groups.put(change.key(), new Known(change.version(), filled, null));
        result.complete(List.of(change));
        return;
      }
      Filled already = filledAlready(group, filled);
      if (already != null) {
        groups.put(change.key(), new Known(change.version(), already, null));
        result.complete(List.of(change));
        return;
      }
      Attempt attempt = new Attempt(change, group, filled, result);
      groups.put(change.key(), new Known(change.version(), filled, attempt));
      attempt.schedule(Math.max(0, change.version() + options.delayMillis() - clock.millis()));
    }
  }

  private @Nullable Filled filledAlready(RuleGroup group, Filled filled) {
    try {
      return Objects.requireNonNull(reader).filledAlready(group, filled);
    } catch (RuleException e) {
      // It is told where it is evaluated.
      return filled;
    }
  }

  @Override
  public void timeout(RuleChange change, ResultFuture<GroupUpdate> result) {
    synchronized (groups) {
      Known known = groups.get(change.key());
      Attempt attempt = known == null ? null : known.attempt();
      if (attempt == null || attempt.change.version() != change.version()) {
        result.complete(List.of());
        return;
      }
      attempt.fail(
          new TimeoutException(
              "ClickHouse did not give it within %s (--%s)%s"
                  .formatted(
                      options.timeout(),
                      BootstrapOptions.TIMEOUT.key(),
                      attempt.lastFailure == null ? "" : ": " + attempt.lastFailure)));
      attempt.interrupt();
    }
  }

  /** Is a group on its way. */
  private final class Attempt implements Runnable {
    private final RuleChange change;
    private final RuleGroup group;
    private final Filled filled;
    private final ResultFuture<GroupUpdate> result;
    private @Nullable Future<?> work;
    private @Nullable String lastFailure;
    private boolean over;

    Attempt(RuleChange change, RuleGroup group, Filled filled, ResultFuture<GroupUpdate> result) {
      this.change = change;
      this.group = group;
      this.filled = filled;
      this.result = result;
    }

    void schedule(long delayMillis) {
      synchronized (groups) {
        if (!over) {
          work = Objects.requireNonNull(threads).schedule(this, delayMillis, TimeUnit.MILLISECONDS);
        }
      }
    }

    // Whatever goes wrong with a history, its group begins: what is thrown here would be lost.
    @SuppressWarnings("CatchingUnchecked")
    @Override
    public void run() {
      try {
        succeed(Objects.requireNonNull(reader).read(change.key(), group, filled));
      } catch (ClickHouseException e) {
        if (e.kind() == FailureKind.RETRYABLE) {
          synchronized (groups) {
            lastFailure = e.getMessage();
          }
          schedule(RETRY_MILLIS);
        } else {
          fail(e);
        }
      } catch (ReadLimitException e) {
        fail(
            new IOException(
                "%s; select less, or raise --%s or --%s"
                    .formatted(
                        e.getMessage(),
                        BootstrapOptions.MAX_SAMPLES.key(),
                        AlertingSettings.MAX_SERIES.key()),
                e));
      } catch (RuleException e) {
        // It is told where it is evaluated.
        succeed(new History(filled, List.of()));
      } catch (InterruptedException e) {
        // It was given up.
        Thread.currentThread().interrupt();
      } catch (IOException | RuntimeException e) {
        fail(e);
      }
    }

    private void succeed(History history) {
      List<GroupUpdate> updates = new ArrayList<>(history.parts());
      updates.add(change);
      synchronized (groups) {
        if (over) {
          return;
        }
        bootstraps.inc();
        if (failing) {
          failing = false;
          LOG.info("Histories of rule groups are read again");
        }
        end(updates, history.filled());
      }
    }

    private void fail(Exception failure) {
      synchronized (groups) {
        if (over) {
          return;
        }
        failures.inc();
        // Once, and not for each group, while ClickHouse is away.
        if (!failing) {
          failing = true;
          LOG.warn(
              "The rule group {} begins without its history, and so do others until this is said to"
                  + " be over; {} counts them: {}",
              change.key(),
              AlertingNames.BOOTSTRAP_FAILURES,
              failure.getMessage(),
              failure);
        }
        end(List.of(change.withoutHistory(String.valueOf(failure.getMessage()))), filled);
      }
    }

    /** Hands over what there is, and takes note of what is filled now. */
    private void end(Collection<GroupUpdate> updates, Filled now) {
      groups.put(change.key(), new Known(change.version(), now, null));
      handOver(updates);
    }

    private void handOver(Collection<GroupUpdate> updates) {
      over = true;
      result.complete(updates);
    }

    private void interrupt() {
      if (work != null) {
        work.cancel(true);
      }
    }
  }
}
