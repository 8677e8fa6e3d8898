package dev.guanlan.job.alerting;

/**
 * Says how a group is evaluated.
 *
 * @param shards in how many shards; 0 if in one task
 * @param preparing whether others are prepared to take over
 * @param series how many series it holds
 * @param refused which version is refused, and why; empty if none is
 * @param missingHistory why, and until when, it lacks samples of the past; empty if it lacks none
 */
record GroupWay(int shards, boolean preparing, long series, String refused, String missingHistory) {

  /** The way of a group of which nothing is known. */
  static final GroupWay UNKNOWN = new GroupWay(0, false, 0, "", "");

  /** Tells whether it is the same for however many series. */
  boolean isLike(GroupWay other) {
    return shards == other.shards
        && preparing == other.preparing
        && refused.equals(other.refused)
        && missingHistory.equals(other.missingHistory);
  }
}
