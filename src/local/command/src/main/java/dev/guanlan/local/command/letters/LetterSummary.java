package dev.guanlan.local.command.letters;

import dev.guanlan.schema.DeadLetter;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Is what a list shows of the letters for one record.
 *
 * @param id the record's name
 * @param tenant whose it is
 * @param jobs the jobs that failed on it
 * @param replayedFor the jobs among them that it was replayed for
 * @param reason why the job failed that did so last
 * @param failedAtMillis when that was, in milliseconds since the epoch
 * @param payloadBytes how long the record's value was
 * @param cut whether not all of the value was kept
 */
public record LetterSummary(
    String id,
    String tenant,
    SortedSet<String> jobs,
    SortedSet<String> replayedFor,
    String reason,
    long failedAtMillis,
    int payloadBytes,
    boolean cut) {

  static LetterSummary of(DeadLetter letter) {
    return new LetterSummary(
        LetterId.of(letter),
        letter.getTenant(),
        new TreeSet<>(Set.of(letter.getJob())),
        new TreeSet<>(),
        letter.getReason(),
        letter.getFailedAtMillis(),
        letter.getPayloadBytes(),
        letter.getPayloadBytes() > letter.getPayload().remaining());
  }

  /** Returns what is shown of these letters and another of the same record. */
  LetterSummary plus(LetterSummary other) {
    LetterSummary later = other.failedAtMillis >= failedAtMillis ? other : this;
    TreeSet<String> all = new TreeSet<>(jobs);
    all.addAll(other.jobs);
    return new LetterSummary(
        id, tenant, all, replayedFor, later.reason, later.failedAtMillis, payloadBytes, cut);
  }

  LetterSummary replayed(SortedSet<String> done) {
    return new LetterSummary(id, tenant, jobs, done, reason, failedAtMillis, payloadBytes, cut);
  }

  /** Returns whether every job that failed on it had it again. */
  public boolean replayed() {
    return replayedFor.containsAll(jobs);
  }
}
