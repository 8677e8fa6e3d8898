package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.KnownSeries;
import dev.guanlan.model.Labels;
import dev.guanlan.promql.engine.StandingSeries;

/** Is a series as one group looks at it. */
final class LiveSeries {

  final LiveWindows group;

  /** What the group's segments know the series by. */
  final int number;

  /** The series itself, of other groups too unless the group records it. */
  SharedSeries shared;

  /** How far before a tick its samples can matter. */
  long reachMillis = Long.MAX_VALUE;

  /** The newest time of any sample that the group ever had of it. */
  long newestMillis = Long.MIN_VALUE;

  /** Up to when the store had samples of it, until that is looked at ({@link HistoryGaps}). */
  long storedMillis = Long.MIN_VALUE;

  /** The time of the sample that the group's own rules recorded last. */
  long recordedMillis = Long.MIN_VALUE;

  /** The group's selectors that choose it and are fixed to a time. */
  FixedSelector[] fixed = FixedWindows.NONE;

  /**
   * Whether any of the group's other selectors chooses it; if none does, it is held for a while.
   */
  boolean chosen;

  /** What was charged for it when memory was scarce last. */
  float chargedBytes;

  /** Whether the group had samples of it that matter when it looked last. */
  boolean filled;

  /** Whether the group does not know it any more. */
  boolean ended;

  LiveSeries(LiveWindows group, int number, SharedSeries shared) {
    this.group = group;
    this.number = number;
    this.shared = shared;
    shared.join(this);
  }

  StandingSeries samples() {
    return shared.samples;
  }

  Labels labels() {
    return shared.samples.labels();
  }

  KnownSeries known() {
    return new KnownSeries(shared.id, labels());
  }

  /** Returns the time before which the group needs no sample of it. */
  long neededMillis() {
    return group.reach().neededMillis(this);
  }

  /** Returns how much it is the reason for what is kept, beside other groups' views. */
  double weight() {
    return 60_000.0 + Math.max(0, Math.min(reachMillis, Long.MAX_VALUE / 2));
  }

  /** Looks at another object with the same samples. */
  void move(SharedSeries to) {
    shared.leave(this);
    shared = to;
    to.join(this);
  }
}
