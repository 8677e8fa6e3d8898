package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.KnownSeries;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.engine.StandingSeries;
import dev.guanlan.promql.engine.StandingSource;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.Windows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds all windows of a group in memory from tick to tick, and tells the log what is new. Series
 * are told in the order of their identities, which no restart and no order of arrival changes: a
 * sum of the same numbers in another order may be another number.
 *
 * <p>A series is known for a while after its last sample that matters: who sends its samples says
 * its labels only now and then ({@link SelectSamples#LABELS_MILLIS}).
 */
final class LiveWindows implements Windows, StandingSource {

  /** How much longer a series is known than its samples matter. */
  static final long KNOWN_MILLIS = 2 * SelectSamples.LABELS_MILLIS;

  /** How often, in event time, all series are looked at for what has ended. */
  private static final long SWEEP_MILLIS = 60_000;

  private final SegmentLog log;
  private final SeriesTable table = new SeriesTable();

  /** The series, by their numbers in the table. */
  private final List<LiveSeries> series = new ArrayList<>();

  private final Map<List<Matcher>, LiveSelector> selectors = new HashMap<>();
  private final Map<String, List<LiveSelector>> byMetric = new HashMap<>();
  private final List<LiveSelector> anyMetric = new ArrayList<>();

  /** The series that the group's own rules record, by their labels. */
  private final Map<Labels, LiveSeries> recorded = new HashMap<>();

  private final List<LiveSeries> born = new ArrayList<>();
  private final List<Integer> ended = new ArrayList<>();
  private @Nullable CompiledGroup group;
  private String tenant = "";
  private int nextNumber;
  private int empty;
  private long samplesSwept;
  private long version;

  /** The next tick as it was known at the last one; what it does not look at is not needed. */
  private long horizonMillis = Long.MIN_VALUE;

  private long sweptMillis = Long.MIN_VALUE;

  /** Whether there are stored samples of rules that are not followed yet. */
  private boolean remembering;

  LiveWindows(SegmentLog log) {
    this.log = log;
  }

  /** Takes a series that is in state under a number. */
  LiveSeries restore(int number, KnownSeries known) {
    nextNumber = Math.max(nextNumber, number + 1);
    return put(new LiveSeries(number, known));
  }

  /** Notes that state holds samples under a number, which so is not free. */
  void used(int number) {
    nextNumber = Math.max(nextNumber, number + 1);
  }

  private LiveSeries put(LiveSeries added) {
    table.add(added.id.high(), added.id.low());
    series.add(added);
    version++;
    if (group != null) {
      enlist(added, group);
    }
    return added;
  }

  /** Returns a series, or null if it is not known. */
  @Nullable LiveSeries find(long high, long low) {
    int found = table.find(high, low);
    return found < 0 ? null : series.get(found);
  }

  /** Makes a series known. */
  LiveSeries begin(SeriesId id, Labels labels) {
    LiveSeries begun = new LiveSeries(nextNumber, new KnownSeries(id, labels));
    nextNumber = Math.addExact(nextNumber, 1);
    born.add(begun);
    empty++;
    return put(begun);
  }

  /** Tells whether a group with so many series takes no further one. */
  boolean isFull(int maxSeries) {
    return series.size() - empty >= maxSeries || series.size() / 2 >= maxSeries;
  }

  boolean isEmpty() {
    return series.isEmpty();
  }

  List<LiveSeries> series() {
    return series;
  }

  /** Adds a sample to a series. */
  void add(LiveSeries to, long timestampMillis, double value, @Nullable Histogram histogram) {
    if (admit(to, timestampMillis, value, histogram)) {
      log.add(to.number, timestampMillis, value, histogram);
    }
  }

  /**
   * Adds the stored samples of a series, however old they are: the rules that look at them are on
   * their way, and say then how long they are kept.
   *
   * @return false if the group takes no further series
   */
  boolean remember(SampleBlock block, int index, int maxSeries) {
    LiveSeries to = find(block.idHigh(index), block.idLow(index));
    if (to == null) {
      if (isFull(maxSeries)) {
        return false;
      }
      to = begin(block.id(index), block.labels(index));
    }
    remembering = true;
    to.reachMillis = Long.MAX_VALUE;
    for (int i = block.firstSample(index); i < block.endSample(index); i++) {
      add(to, block.timestamp(i), block.value(i), block.histogram(i));
    }
    return true;
  }

  /** Adds a sample that the log has, or will have, to a series; returns whether it is new. */
  boolean admit(LiveSeries to, long timestampMillis, double value, @Nullable Histogram histogram) {
    // hot: no object, and no more of the past than what this sample pushes out.
    to.newestMillis = Math.max(to.newestMillis, timestampMillis);
    long needed = neededMillis(to);
    if (timestampMillis < needed) {
      return false;
    }
    StandingSeries samples = to.samples;
    int before = samples.size();
    if (!samples.add(timestampMillis, value, histogram)) {
      return false;
    }
    samples.dropBefore(needed);
    empty -= before == 0 ? 1 : 0;
    version++;
    return true;
  }

  private long neededMillis(LiveSeries of) {
    return horizonMillis == Long.MIN_VALUE || of.reachMillis == Long.MAX_VALUE
        ? Long.MIN_VALUE
        : horizonMillis - of.reachMillis;
  }

  /** Makes the windows those of a version of the group. */
  void follow(String groupTenant, CompiledGroup next) {
    if (group == next) {
      return;
    }
    group = next;
    tenant = groupTenant;
    remembering = false;
    selectors.clear();
    byMetric.clear();
    anyMetric.clear();
    recorded.clear();
    long offset = next.group().queryOffsetMillis();
    for (SelectedWindow window : next.windows()) {
      LiveSelector selector = selectors.computeIfAbsent(window.matchers(), this::index);
      selector.reachMillis = Math.max(selector.reachMillis, window.millisBack() + offset);
    }
    for (LiveSeries known : series) {
      enlist(known, next);
    }
    sweptMillis = Long.MIN_VALUE;
    version++;
  }

  private LiveSelector index(List<Matcher> matchers) {
    LiveSelector selector = new LiveSelector(matchers);
    String metric = selector.metric();
    (metric == null ? anyMetric : byMetric.computeIfAbsent(metric, name -> new ArrayList<>()))
        .add(selector);
    return selector;
  }

  private void enlist(LiveSeries known, CompiledGroup of) {
    Labels labels = known.samples.labels();
    long reach = -1;
    for (LiveSelector selector : byMetric.getOrDefault(labels.metricName(), List.of())) {
      reach = enlist(known, selector, reach);
    }
    for (LiveSelector selector : anyMetric) {
      reach = enlist(known, selector, reach);
    }
    // No rule looks at it: those that will are on their way.
    known.reachMillis = reach < 0 ? of.reachMillis() : reach;
  }

  private static long enlist(LiveSeries known, LiveSelector selector, long reach) {
    if (!selector.chooses(known.samples.labels())) {
      return reach;
    }
    selector.add(known);
    return Math.max(reach, selector.reachMillis);
  }

  @Override
  public StandingSeries[] standing(List<Matcher> matchers) {
    LiveSelector selector = selectors.get(matchers);
    return selector == null ? scan(matchers) : selector.series();
  }

  /** Looks at all series for what no rule says as it stands: the query of a template. */
  private StandingSeries[] scan(List<Matcher> matchers) {
    List<LiveSeries> chosen = new ArrayList<>();
    for (LiveSeries known : series) {
      if (Matcher.allMatch(matchers, known.samples.labels())) {
        chosen.add(known);
      }
    }
    return LiveSelector.sorted(chosen);
  }

  @Override
  public long version() {
    return version;
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
    if (!mayChoose(labels.metricName())) {
      return;
    }
    LiveSeries to = recorded.get(labels);
    if (to == null) {
      if (group == null || !group.selects(labels)) {
        return;
      }
      SeriesId id = SeriesId.of(tenant, labels);
      LiveSeries known = find(id.high(), id.low());
      to = known == null ? begin(id, labels) : known;
      recorded.put(labels, to);
    }
    if (admit(to, timestampMillis, value, histogram)) {
      log.add(to.number, timestampMillis, value, histogram);
      to.recordedMillis = timestampMillis;
    }
  }

  /** Tells whether any selector can choose series of a metric; most recordings are for others. */
  private boolean mayChoose(String metric) {
    return !anyMetric.isEmpty() || byMetric.containsKey(metric);
  }

  /**
   * Returns the time of the newest sample up to a tick, or 0 if there is none; what the rules
   * recorded at the tick does not count.
   */
  long newestSampleMillis(long tickMillis, long recordedMillis) {
    long newest = 0;
    for (LiveSeries known : series) {
      StandingSeries samples = known.samples;
      int last = samples.to() - 1;
      while (last >= samples.from()
          && (samples.timestamps()[last] > tickMillis
              || (samples.timestamps()[last] == recordedMillis
                  && known.recordedMillis == recordedMillis))) {
        last--;
      }
      if (last >= samples.from()) {
        newest = Math.max(newest, samples.timestamps()[last]);
      }
    }
    return newest;
  }

  /**
   * Notes that a tick is over. Now and then looks at all series for what has ended; a group that is
   * full, at every tick.
   */
  void advance(long tickMillis, long nextTickMillis, int maxSeries) {
    horizonMillis = nextTickMillis;
    if (sweptMillis == Long.MIN_VALUE
        || tickMillis - sweptMillis >= SWEEP_MILLIS
        || isFull(maxSeries)) {
      sweptMillis = tickMillis;
      sweep(tickMillis);
    }
  }

  private void sweep(long tickMillis) {
    List<LiveSeries> alive = new ArrayList<>(series.size());
    int without = 0;
    long samples = 0;
    for (LiveSeries known : series) {
      known.samples.dropBefore(neededMillis(known));
      if (known.newestMillis < tickMillis - known.reachMillis - KNOWN_MILLIS) {
        end(known);
      } else {
        alive.add(known);
        without += known.samples.size() == 0 ? 1 : 0;
        samples += known.samples.size();
      }
    }
    empty = without;
    samplesSwept = samples;
    version++;
    if (alive.size() < series.size()) {
      retain(alive);
    }
  }

  /** Leaves no series but those that have samples; the others' labels come again. */
  void retainFilled() {
    List<LiveSeries> filled = new ArrayList<>(series.size());
    for (LiveSeries known : series) {
      if (known.samples.size() > 0) {
        filled.add(known);
      } else {
        end(known);
      }
    }
    empty = 0;
    retain(filled);
  }

  private void end(LiveSeries known) {
    known.ended = true;
    ended.add(known.number);
  }

  private void retain(List<LiveSeries> alive) {
    table.clear();
    series.clear();
    for (LiveSeries known : alive) {
      table.add(known.id.high(), known.id.low());
      series.add(known);
    }
    selectors.values().forEach(LiveSelector::removeEnded);
    recorded.values().removeIf(known -> known.ended);
    version++;
  }

  /** Returns the series that came since the last call. */
  List<LiveSeries> takeBorn() {
    List<LiveSeries> taken = List.copyOf(born);
    born.clear();
    return taken;
  }

  /** Returns the numbers of the series that ended since the last call. */
  List<Integer> takeEnded() {
    List<Integer> taken = List.copyOf(ended);
    ended.clear();
    return taken;
  }

  /** Returns how many samples there were when all series were last looked at. */
  long samplesSwept() {
    return samplesSwept;
  }

  /** Returns the time before which no sample is needed, or the least number if that is open. */
  long neededMillis() {
    return horizonMillis == Long.MIN_VALUE || group == null || remembering
        ? Long.MIN_VALUE
        : horizonMillis - group.reachMillis();
  }
}
