package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;
import org.jspecify.annotations.Nullable;

/**
 * Adds samples from the store to the windows of a group. They come before the rules that look at
 * them, and are kept until these are followed.
 */
final class StoredHistory {

  private static final long NONE = Long.MIN_VALUE;

  /** Stands for the reach of what comes for rules that are not followed yet. */
  private static final long OPEN = Long.MAX_VALUE;

  private final LiveWindows windows;

  /** The newest version of the group that samples have come for, as long as it is not followed. */
  private long awaitedVersion = NONE;

  /** The newest version of the group that is, or was to be, followed. */
  private long knownVersion = NONE;

  /** The newest version of the group of whose samples some were thrown away. */
  private long lostVersion = NONE;

  /** Begins with none. */
  StoredHistory(LiveWindows windows) {
    this.windows = windows;
  }

  /**
   * Adds the samples of a series, however old they are: the rules that look at them are on their
   * way, and say then how long they are kept.
   *
   * @param version the version of the group that they come for
   * @return false if the group takes no further series
   */
  boolean remember(SampleBlock block, int index, long version, int maxSeries) {
    LiveSeries to = series(block, index, maxSeries);
    if (to == null) {
      return false;
    }
    if (version > knownVersion) {
      awaitedVersion = Math.max(awaitedVersion, version);
      to.reachMillis = OPEN;
    }
    add(to, block, index);
    windows.gaps().note(to, block.timestamp(block.endSample(index) - 1), version);
    return true;
  }

  /**
   * Adds the samples of a series, as far as the rules that are, or will be, followed look at them.
   *
   * @return false if the group takes no further series
   */
  boolean fill(SampleBlock block, int index, int maxSeries) {
    LiveSeries to = series(block, index, maxSeries);
    if (to == null) {
      return false;
    }
    add(to, block, index);
    return true;
  }

  private @Nullable LiveSeries series(SampleBlock block, int index, int maxSeries) {
    LiveSeries known = windows.series().find(block.idHigh(index), block.idLow(index));
    if (known != null) {
      return known;
    }
    return windows.series().isFull(maxSeries)
        ? null
        : windows.begin(block.id(index), block.labels(index));
  }

  private void add(LiveSeries to, SampleBlock block, int index) {
    for (int i = block.firstSample(index); i < block.endSample(index); i++) {
      boolean known = to.samples().isAt(block.timestamp(i));
      windows.add(to, block.timestamp(i), block.value(i), block.histogram(i));
      if (!known) {
        tellOthers(to, block.timestamp(i));
      }
    }
  }

  /** Has a sample in the state of all groups that see it now. */
  private static void tellOthers(LiveSeries teller, long timestampMillis) {
    for (LiveSeries user : teller.shared.users()) {
      if (user != teller) {
        user.group.adopt(user, timestampMillis, timestampMillis + 1);
      }
    }
  }

  /** Tells whether there are samples of rules that are not followed yet. */
  boolean areAwaiting() {
    return awaitedVersion != NONE;
  }

  /** Tells whether samples of a series have come for rules that are not followed yet. */
  boolean keeps(LiveSeries series) {
    return areAwaiting() && series.reachMillis == OPEN;
  }

  /** Notes that samples that have come for a version are not kept. */
  void lose(long version) {
    lostVersion = Math.max(lostVersion, version);
  }

  /** Tells whether samples that came for a version, or for a later one, were not kept. */
  boolean isLost(long version) {
    return version <= lostVersion;
  }

  /**
   * Notes that a version will never be followed.
   *
   * @param goesOn the version that is, or will be, instead
   * @return whether samples have come for it, or for one before it, and for none that is to follow
   */
  boolean refused(long version, long goesOn) {
    // One that has come and was not followed yet still awaits its first tick.
    return knownVersion >= goesOn && came(version);
  }

  /**
   * Awaits nothing any more.
   *
   * @return whether something was awaited
   */
  boolean forget() {
    boolean awaiting = areAwaiting();
    awaitedVersion = NONE;
    return awaiting;
  }

  /**
   * Notes that a version is followed, or will never be.
   *
   * @return whether samples have come for it, or for one before it
   */
  boolean came(long version) {
    knownVersion = Math.max(knownVersion, version);
    if (!areAwaiting() || version < awaitedVersion) {
      return false;
    }
    awaitedVersion = NONE;
    return true;
  }
}
