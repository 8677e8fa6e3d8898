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

  final SeriesId id;
  final StandingSeries samples;
  private final List<LiveSeries> users = new ArrayList<>(1);

  SharedSeries(SeriesId id, Labels labels) {
    this.id = id;
    this.samples = new StandingSeries(labels);
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
    if (users.get(0) != user) {
      return;
    }
    long needed = Long.MAX_VALUE;
    for (int i = 0; i < users.size(); i++) {
      needed = Math.min(needed, users.get(i).neededMillis());
    }
    samples.dropBefore(needed);
  }
}
