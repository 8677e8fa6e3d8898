package dev.guanlan.job.alerting.state;

import dev.guanlan.model.Labels;
import java.util.List;

/**
 * Says how far a group has come.
 *
 * @param nextTickMillis the tick to be evaluated next in milliseconds since the epoch, or {@link
 *     #NONE} before the first watermark
 * @param lastTickMillis the tick evaluated last, or {@link #NONE}
 * @param heldUntilMillis when samples that came before their group are given up, or {@link #NONE}
 *     if the group is known
 * @param stale series of rules that are gone, to be marked as ended at the next tick
 */
public record GroupProgress(
    long nextTickMillis, long lastTickMillis, long heldUntilMillis, List<Labels> stale) {

  /** Stands for a time that is not known. */
  public static final long NONE = Long.MIN_VALUE;

  /** The progress of a group that has not begun. */
  public static final GroupProgress BEGINNING = new GroupProgress(NONE, NONE, NONE, List.of());

  /** Makes a progress; the list is copied. */
  public GroupProgress {
    stale = List.copyOf(stale);
  }
}
