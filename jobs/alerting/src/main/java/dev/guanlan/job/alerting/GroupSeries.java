package dev.guanlan.job.alerting;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows the series of a group by their identities and by the numbers that its segments have for
 * them, and which of them state does not know yet, or any more.
 */
final class GroupSeries {

  private final SeriesTable table = new SeriesTable();

  /** The series, by their numbers in the table. */
  private final List<LiveSeries> all = new ArrayList<>();

  private final List<LiveSeries> born = new ArrayList<>();
  private final List<Integer> ended = new ArrayList<>();
  private int nextNumber;

  /** Returns all series. Not to be changed. */
  List<LiveSeries> all() {
    return all;
  }

  int size() {
    return all.size();
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
    table.add(added.shared.id.high(), added.shared.id.low());
    all.add(added);
    used(added.number);
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
    for (LiveSeries known : alive) {
      table.add(known.shared.id.high(), known.shared.id.low());
      all.add(known);
    }
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
