package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.SampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.promql.engine.StandingSeries;
import dev.guanlan.promql.engine.StandingSource;
import dev.guanlan.rules.Windows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows the windows of a group to its rules, and takes what these record: the group sees it at
 * once, and before others do.
 */
final class RuleWindows implements Windows, StandingSource {

  private final LiveWindows windows;
  private final SeriesPool pool;

  /** The series that the rules record, by their labels. */
  private final Map<Labels, LiveSeries> recorded = new HashMap<>();

  RuleWindows(LiveWindows windows, SeriesPool pool) {
    this.windows = windows;
    this.pool = pool;
  }

  @Override
  public StandingSeries[] standing(List<Matcher> matchers) {
    StandingSeries[] chosen = windows.reach().selectors().series(matchers);
    return chosen == null ? scan(matchers) : chosen;
  }

  /** Looks at all series for what no rule says as it stands: the query of a template. */
  private StandingSeries[] scan(List<Matcher> matchers) {
    List<LiveSeries> chosen = new ArrayList<>();
    for (LiveSeries known : windows.series().all()) {
      if (Matcher.allMatch(matchers, known.labels())) {
        chosen.add(known);
      }
    }
    return LiveSelector.sorted(chosen);
  }

  /** Shows samples to whoever asks for them by other ways than a rule's expression. */
  @Override
  public SeriesSet select(List<Matcher> matchers, SelectHints hints) throws IOException {
    SeriesSet ofFixedTime = windows.fixed().select(matchers, hints);
    if (ofFixedTime != null) {
      return ofFixedTime;
    }
    String refusal = windows.reach().refusal(matchers, hints);
    if (refusal != null) {
      throw new IOException(refusal);
    }
    return StandingSource.super.select(matchers, hints);
  }

  private SeriesSet selectAny(List<Matcher> matchers, SelectHints hints) throws IOException {
    SeriesSet ofFixedTime = windows.fixed().select(matchers, hints);
    return ofFixedTime == null ? StandingSource.super.select(matchers, hints) : ofFixedTime;
  }

  /** Returns the samples as they are here, whole or not. */
  SampleSource asTheyAre() {
    return this::selectAny;
  }

  @Override
  public long version() {
    return windows.version();
  }

  @Override
  public void append(Labels labels, long timestampMillis, double value) {
    record(labels, timestampMillis, value, null);
  }

  @Override
  public void append(Labels labels, long timestampMillis, Histogram histogram) {
    record(labels, timestampMillis, 0, histogram);
  }

  private void record(
      Labels labels, long timestampMillis, double value, @Nullable Histogram histogram) {
    FixedWindows fixed = windows.fixed();
    if (timestampMillis <= fixed.latestMillis()) {
      FixedSelector[] choosing = fixed.choosing(labels);
      if (FixedWindows.lookAt(choosing, timestampMillis)) {
        SeriesId id = SeriesId.of(windows.tenant(), labels);
        fixed.add(id, labels, choosing, timestampMillis, value, histogram);
      }
    }
    if (!windows.reach().selectors().mayChoose(labels.metricName())) {
      return;
    }
    LiveSeries to = recorded.get(labels);
    if (to == null) {
      if (!windows.reach().selectors().choose(labels)) {
        return;
      }
      SeriesId id = SeriesId.of(windows.tenant(), labels);
      LiveSeries known = windows.series().find(id.high(), id.low());
      to = known == null ? windows.begin(id, labels) : known;
      part(to);
      recorded.put(labels, to);
    }
    if (windows.keep(to, timestampMillis, value, histogram)) {
      to.recordedMillis = timestampMillis;
    }
  }

  /** Has the group look at samples of its own: it sees what it records before others do. */
  private void part(LiveSeries from) {
    SharedSeries shared = from.shared;
    if (!pool.holds(shared)) {
      return;
    }
    SharedSeries own = new SharedSeries(shared.id, shared.samples.labels());
    own.samples.addAll(shared.samples, from.neededMillis());
    from.move(own);
    pool.count(own);
    pool.release(shared);
    windows.reach().selectors().reorder();
  }

  /** Looks the series up anew when something is recorded of them. */
  void forgetRecorded() {
    recorded.clear();
  }

  /** Forgets the series that have ended. */
  void removeEnded() {
    recorded.values().removeIf(known -> known.ended);
  }
}
