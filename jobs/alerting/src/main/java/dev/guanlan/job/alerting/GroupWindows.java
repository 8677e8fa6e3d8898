package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.SeriesWindow;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.Windows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;

/**
 * Is all windows of a group during one tick, read from state once and written back once. Series are
 * told in the order of their identities, which no restart and no order of arrival changes: a sum of
 * the same numbers in another order may be another number.
 */
final class GroupWindows implements Windows {

  private final String tenant;
  private final CompiledGroup group;
  private final SortedMap<SeriesId, SeriesWindow> windows = new TreeMap<>();
  private final Map<String, SortedSet<SeriesId>> byMetric = new HashMap<>();
  private final Set<SeriesId> changed = new HashSet<>();
  private final long newestSampleMillis;

  private GroupWindows(
      String tenant, CompiledGroup group, Map<SeriesId, SeriesWindow> loaded, long newestMillis) {
    this.tenant = tenant;
    this.group = group;
    this.newestSampleMillis = newestMillis;
    loaded.forEach(this::put);
  }

  /**
   * Reads a group's windows from state.
   *
   * @param tickMillis the tick to be evaluated
   */
  static GroupWindows load(
      String tenant, CompiledGroup group, MapState<SeriesId, SeriesWindow> state, long tickMillis)
      throws Exception {
    Map<SeriesId, SeriesWindow> loaded = new HashMap<>();
    long newest = 0;
    for (Map.Entry<SeriesId, SeriesWindow> entry : state.entries()) {
      SeriesWindow window = entry.getValue();
      loaded.put(entry.getKey(), window);
      int seen = window.indexAt(tickMillis + 1);
      if (seen > 0) {
        newest = Math.max(newest, window.timestamps()[seen - 1]);
      }
    }
    return new GroupWindows(tenant, group, loaded, newest);
  }

  /** Returns the time of the newest sample up to the tick, or 0 if there is none. */
  long newestSampleMillis() {
    return newestSampleMillis;
  }

  /** Returns how many series there are. */
  int size() {
    return windows.size();
  }

  @Override
  public void append(Labels labels, long timestampMillis, double value) {
    append(new SeriesWindow(labels, new long[] {timestampMillis}, new double[] {value}));
  }

  @Override
  public void append(Labels labels, long timestampMillis, Histogram histogram) {
    append(
        new SeriesWindow(
            labels,
            new long[] {timestampMillis},
            new double[1],
            new @Nullable Histogram[] {histogram}));
  }

  private void append(SeriesWindow sample) {
    if (!group.selects(sample.labels())) {
      return;
    }
    SeriesId id = SeriesId.of(tenant, sample.labels());
    SeriesWindow window = windows.get(id);
    put(id, window == null ? sample : window.with(sample));
    changed.add(id);
  }

  private void put(SeriesId id, SeriesWindow window) {
    if (windows.put(id, window) == null) {
      byMetric.computeIfAbsent(window.labels().metricName(), name -> new TreeSet<>()).add(id);
    }
  }

  /**
   * Writes what changed back to state, without samples before a time. A window that only lost few
   * samples is left for a later tick.
   */
  void store(MapState<SeriesId, SeriesWindow> state, long firstNeededMillis) throws Exception {
    for (Map.Entry<SeriesId, SeriesWindow> entry : windows.entrySet()) {
      SeriesWindow window = entry.getValue();
      int expired = window.indexAt(firstNeededMillis);
      if (expired == window.size()) {
        state.remove(entry.getKey());
      } else if (changed.contains(entry.getKey()) || 2 * expired >= window.size()) {
        state.put(entry.getKey(), window.from(firstNeededMillis));
      }
    }
  }

  @Override
  public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
    List<SeriesWindow> selected = new ArrayList<>();
    for (SeriesId id : candidates(matchers)) {
      SeriesWindow window = windows.get(id);
      if (window != null && Matcher.allMatch(matchers, window.labels())) {
        selected.add(window);
      }
    }
    return new Selected(selected.iterator(), hints);
  }

  private Collection<SeriesId> candidates(List<Matcher> matchers) {
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME) && matcher.type() == MatcherType.EQUAL) {
        return byMetric.getOrDefault(matcher.value(), Collections.emptySortedSet());
      }
    }
    return windows.keySet();
  }

  /** Runs over windows, each cut to the time that the engine looks at. */
  private static final class Selected implements SeriesSet {

    private final Iterator<SeriesWindow> windows;
    private final SelectHints hints;
    private SeriesWindow current = SeriesWindow.empty(Labels.EMPTY);
    private int from;
    private int to;

    private Selected(Iterator<SeriesWindow> windows, SelectHints hints) {
      this.windows = windows;
      this.hints = hints;
    }

    @Override
    public boolean next() {
      while (windows.hasNext()) {
        current = windows.next();
        from = current.indexAt(hints.startMillis());
        to = current.indexAt(hints.endMillis() + 1);
        if (from < to) {
          return true;
        }
      }
      return false;
    }

    @Override
    public Labels labels() {
      return current.labels();
    }

    @Override
    public long[] timestamps() {
      return current.timestamps();
    }

    @Override
    public double[] values() {
      return current.values();
    }

    @Override
    public @Nullable Histogram @Nullable [] histograms() {
      return current.histograms();
    }

    @Override
    public int from() {
      return from;
    }

    @Override
    public int to() {
      return to;
    }
  }
}
