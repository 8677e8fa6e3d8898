package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.promql.engine.StandingSeries;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds the series that the groups of a task look at, each once however many groups do. What is
 * shared is memory alone: in state each group has its own samples, so that groups can part. For one
 * thread.
 */
final class SeriesPool {

  private final Map<SeriesId, SharedSeries> series = new HashMap<>();
  private final WindowBudget budget;

  SeriesPool(WindowBudget budget) {
    this.budget = budget;
  }

  /** Counts what a series has grown by. */
  void count(SharedSeries grown) {
    // hot: once for every sample.
    long growth = grown.growth();
    if (growth != 0) {
      budget.add(growth);
    }
  }

  /** Counts memory that is taken beside the series, in bytes; less than 0 if given back. */
  void count(long bytes) {
    if (bytes != 0) {
      budget.add(bytes);
    }
  }

  /** Tells whether there is not the memory for anything new. */
  boolean isScarce() {
    return budget.isOver();
  }

  /** Notes that a group looks at other series than before. */
  void reconsider() {
    budget.reconsider();
  }

  /** Returns a series for a group that is about to look at it. */
  SharedSeries of(SeriesId id, Labels labels) {
    return series.computeIfAbsent(id, key -> new SharedSeries(key, labels));
  }

  /** Returns a series with the samples that a group has of it added to those of the others. */
  SharedSeries merged(SharedSeries own) {
    SharedSeries known = series.putIfAbsent(own.id, own);
    if (known == null || known == own) {
      return own;
    }
    StandingSeries kept = known.samples;
    if (own.samples.oldestMillis() < kept.oldestMillis()) {
      // The newer into the older, which is at its end, and not the other way round.
      own.samples.addAll(kept, Long.MIN_VALUE);
      kept.become(own.samples);
    } else {
      kept.addAll(own.samples, Long.MIN_VALUE);
    }
    return known;
  }

  /** Tells whether other groups may look at the same object. */
  boolean holds(SharedSeries one) {
    return series.get(one.id) == one;
  }

  /** Forgets a series if no group looks at it. */
  void release(SharedSeries left) {
    count(left);
    if (left.users().isEmpty()) {
      series.remove(left.id, left);
    }
  }

  /** Returns how many series there are. */
  int size() {
    return series.size();
  }
}
