package dev.guanlan.job.alerting;

import dev.guanlan.promql.engine.StandingSeries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows the series of a group by their identities and by the numbers that its segments have for
 * them, which of them state does not know yet, or any more, and how many samples they have.
 */
final class GroupSeries {

  private final SeriesTable table = new SeriesTable();

  /** The series, by their numbers in the table. */
  private final List<LiveSeries> all = new ArrayList<>();

  private final List<LiveSeries> born = new ArrayList<>();
  private final List<Integer> ended = new ArrayList<>();
  private int nextNumber;

  /** How many of the series had no samples that matter when the group looked last. */
  private int empty;

  private long samplesCounted;

  /** Returns all series. Not to be changed. */
  List<LiveSeries> all() {
    return all;
  }

  int size() {
    return all.size();
  }

  /** Counts the series that selectors choose; looks at all. */
  int countChosen() {
    int chosen = 0;
    for (LiveSeries known : all) {
      chosen += known.chosen ? 1 : 0;
    }
    return chosen;
  }

  /** Tells whether a group with so many series takes no further one. */
  boolean isFull(int maxSeries) {
    return size() - empty >= maxSeries || size() / 2 >= maxSeries;
  }

  /** Returns a series, or null if it is not known. */
  @Nullable LiveSeries find(long high, long low) {
    int found = table.find(high, low);
    return found < 0 ? null : all.get(found);
  }

  /** Returns a number that no segment has used. */
  int nextNumber() {
    return nextNumber;
  }

  /** Notes that state holds samples under a number, which so is not free. */
  void used(int number) {
    nextNumber = Math.max(nextNumber, Math.addExact(number, 1));
  }

  /** Takes a series. */
  void add(LiveSeries added) {
    put(added);
    used(added.number);
  }

  private void put(LiveSeries added) {
    table.add(added.shared.id.high(), added.shared.id.low());
    all.add(added);
    empty += added.filled ? 0 : 1;
  }

  /** Notes that a series has a sample that matters. */
  void filled(LiveSeries known) {
    empty -= known.filled ? 0 : 1;
    known.filled = true;
  }

  /** Notes that state does not know a series yet. */
  void born(LiveSeries added) {
    born.add(added);
  }

  /** Notes that a series is not known any more, once it is not retained. */
  void ended(LiveSeries known) {
    known.ended = true;
    ended.add(known.number);
  }

  /** Leaves no series but some of them, in their order. */
  void retain(List<LiveSeries> alive) {
    born.removeIf(known -> known.ended);
    table.clear();
    all.clear();
    empty = 0;
    alive.forEach(this::put);
  }

  /** Counts the samples that are needed. */
  long countSamples() {
    empty = 0;
    samplesCounted = 0;
    for (LiveSeries known : all) {
      int size = known.samples().sizeSince(known.neededMillis());
      known.filled = size > 0;
      empty += known.filled ? 0 : 1;
      samplesCounted += size;
    }
    return samplesCounted;
  }

  /** Returns how many samples there were when they were last counted. */
  long samplesCounted() {
    return samplesCounted;
  }

  /**
   * Returns the time of the newest sample up to a tick, or 0 if there is none; what the rules
   * recorded at the tick does not count.
   */
  long newestSampleMillis(long tickMillis, long recordedMillis) {
    long newest = 0;
    for (LiveSeries known : all) {
      if (known.newestMillis <= newest) {
        continue;
      }
      StandingSeries samples = known.samples();
      long last = samples.newestMillis(tickMillis);
      boolean recorded = last == recordedMillis && known.recordedMillis == recordedMillis;
      if (recorded && last != Long.MIN_VALUE) {
        last = samples.newestMillis(last - 1);
      }
      newest = Math.max(newest, last);
    }
    return newest;
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
}
