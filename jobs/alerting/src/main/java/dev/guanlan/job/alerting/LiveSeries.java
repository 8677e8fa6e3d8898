package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.KnownSeries;
import dev.guanlan.model.SeriesId;
import dev.guanlan.promql.engine.StandingSeries;

/** Is a series that a group looks at, in memory. */
final class LiveSeries {

  final SeriesId id;

  /** What the group's segments know the series by. */
  final int number;

  final StandingSeries samples;

  /** How far before a tick its samples can matter. */
  long reachMillis = Long.MAX_VALUE;

  /** The newest time of any sample that it ever had. */
  long newestMillis = Long.MIN_VALUE;

  /** The time of the sample that the group's own rules recorded last. */
  long recordedMillis = Long.MIN_VALUE;

  /** Whether the group does not know it any more. */
  boolean ended;

  LiveSeries(int number, KnownSeries series) {
    this.id = series.id();
    this.number = number;
    this.samples = new StandingSeries(series.labels());
  }

  KnownSeries known() {
    return new KnownSeries(id, samples.labels());
  }
}
