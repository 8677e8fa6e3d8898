package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.StandingSeries;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the series that one of a group's selectors chooses, in the order of their identities. */
final class LiveSelector {

  private static final Comparator<LiveSeries> BY_IDENTITY =
      Comparator.comparing(series -> series.shared.id);

  private static final StandingSeries[] NONE = {};

  private final List<Matcher> matchers;
  private final List<LiveSeries> members = new ArrayList<>();
  private StandingSeries[] sorted = NONE;
  private boolean stale;

  /** How far before a tick the selector looks. */
  long reachMillis;

  LiveSelector(List<Matcher> matchers) {
    this.matchers = matchers;
  }

  /** Returns the one metric that the selector asks for, or null if it asks for none by name. */
  @Nullable String metric() {
    return SelectorIndex.metric(matchers);
  }

  List<Matcher> matchers() {
    return matchers;
  }

  /** Returns how many series it chooses. */
  int size() {
    return members.size();
  }

  /** Returns what was charged for its series. */
  double chargedBytes() {
    double bytes = 0;
    for (LiveSeries member : members) {
      bytes += member.chargedBytes;
    }
    return bytes;
  }

  /** Returns the newest time of any sample of its series, or the least number if it has none. */
  long newestMillis() {
    long newest = Long.MIN_VALUE;
    for (LiveSeries member : members) {
      newest = Math.max(newest, member.newestMillis);
    }
    return newest;
  }

  boolean chooses(Labels labels) {
    return Matcher.allMatch(matchers, labels);
  }

  void add(LiveSeries series) {
    members.add(series);
    stale = true;
  }

  void removeEnded() {
    if (members.removeIf(series -> series.ended)) {
      stale = true;
      // Who asks for them next may be long in coming.
      sorted = NONE;
    }
  }

  /** Notes that the series are other objects now. */
  void reorder() {
    stale = true;
  }

  /** Returns the series; the same array until one comes or goes. */
  StandingSeries[] series() {
    if (stale) {
      sorted = sorted(members);
      stale = false;
    }
    return sorted;
  }

  /** Puts series in the order in which they are told. */
  static StandingSeries[] sorted(List<LiveSeries> series) {
    series.sort(BY_IDENTITY);
    StandingSeries[] samples = new StandingSeries[series.size()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = series.get(i).samples();
    }
    return samples;
  }
}
