package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.promql.engine.StandingSeries;
import java.util.ArrayList;
import java.util.List;

/**
 * Is a series in memory with the samples that the groups of a task can still look at, once for all
 * of them. Every group has the same samples of a series, for they come to a task together; so what
 * one brings, the others have brought or bring before time goes on.
 */
final class SharedSeries {

  /** What a series takes besides its samples and its labels' texts: objects, places in tables. */
  private static final int BYTES_EMPTY = 160;

  /** What each label takes besides its text. */
  private static final int BYTES_PER_LABEL = 56;

  /** What a group's view of it takes: objects, places in tables, and in what is evaluated. */
  private static final int BYTES_PER_USER = 240;

  final SeriesId id;
  final StandingSeries samples;
  private final int labelsBytes;

  /** What the budget knows that it takes. */
  private long counted;

  private final List<LiveSeries> users = new ArrayList<>(1);

  SharedSeries(SeriesId id, Labels labels) {
    this.id = id;
    this.samples = new StandingSeries(labels);
    this.labelsBytes = bytes(labels);
  }

  private static int bytes(Labels labels) {
    int bytes = 0;
    for (int i = 0; i < labels.size(); i++) {
      bytes += BYTES_PER_LABEL + labels.value(i).length();
    }
    return bytes;
  }

  /**
   * Returns by how much it takes more memory than it did at the last call, in bytes by estimate;
   * nothing at all once nobody looks at it.
   */
  long growth() {
    long bytes = users.isEmpty() ? 0 : bytes();
    long growth = bytes - counted;
    counted = bytes;
    return growth;
  }

  private long bytes() {
    return BYTES_EMPTY + labelsBytes + samples.bytes() + (long) users.size() * BYTES_PER_USER;
  }

  /** Charges its memory to those who look at it: more to those who look farther back. */
  void charge() {
    double weight = 0;
    for (LiveSeries user : users) {
      weight += user.weight();
    }
    double bytes = bytes();
    for (LiveSeries user : users) {
      user.chargedBytes = (float) (bytes * user.weight() / weight);
    }
  }

  /** Notes that a group looks at it too. */
  void join(LiveSeries user) {
    users.add(user);
  }

  /** Notes that a group does not look at it any more. */
  void leave(LiveSeries user) {
    int place = users.indexOf(user);
    LiveSeries last = users.remove(users.size() - 1);
    if (last != user) {
      users.set(place, last);
    }
  }

  /** Returns the groups' views of it. Not to be changed. */
  List<LiveSeries> users() {
    return users;
  }

  /**
   * Drops the samples that nobody needs, if it is this user's turn: one does it for all, so that it
   * costs no more the more there are.
   */
  void trim(LiveSeries user) {
    if (users.get(0) == user) {
      trim();
    }
  }

  /** Drops the samples that nobody needs. */
  void trim() {
    long needed = Long.MAX_VALUE;
    for (int i = 0; i < users.size(); i++) {
      needed = Math.min(needed, users.get(i).neededMillis());
    }
    samples.dropBefore(needed);
  }
}
