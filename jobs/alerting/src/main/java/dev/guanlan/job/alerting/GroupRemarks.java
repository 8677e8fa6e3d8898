package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.MissingHistory;
import dev.guanlan.schema.RuleGroup;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a group as a whole, beside what its rules come to.
 *
 * @param refused a newer version that cannot be evaluated, or the group's own; null if there is
 *     none
 * @param refusal why it cannot; null until this run of the job has tried it
 * @param missingHistory what the group lacks of the past; null if nothing
 */
record GroupRemarks(
    @Nullable RuleGroup refused,
    @Nullable String refusal,
    @Nullable MissingHistory missingHistory) {

  /** Nothing is wrong. */
  static final GroupRemarks NONE = new GroupRemarks(null, null, null);

  static GroupRemarks read(GroupStates states) throws Exception {
    return new GroupRemarks(states.refused().value(), null, states.missingHistory().value());
  }

  /** Writes what has changed since the last time. */
  void write(GroupRemarks before, GroupStates states) throws Exception {
    if (!Objects.equals(refused, before.refused)) {
      states.refused().update(refused);
    }
    if (!Objects.equals(missingHistory, before.missingHistory)) {
      states.missingHistory().update(missingHistory);
    }
  }

  /** Says that a version cannot be evaluated. */
  GroupRemarks refusing(RuleGroup version, String why) {
    return new GroupRemarks(version, why, missingHistory);
  }

  /** Says that the newest version can be evaluated. */
  GroupRemarks accepting() {
    return new GroupRemarks(null, null, missingHistory);
  }

  /** Says what the group lacks of the past from now on. */
  GroupRemarks lacking(@Nullable MissingHistory missing) {
    return new GroupRemarks(refused, refusal, missing);
  }

  /** Leaves out what is missing of the past if nothing looks at it any more. */
  GroupRemarks lookingBackTo(long millis) {
    return missingHistory != null && millis >= missingHistory.sinceMillis() ? lacking(null) : this;
  }

  /** Returns the refused version if an earlier run of the job refused it. */
  @Nullable RuleGroup untried() {
    return refusal == null ? refused : null;
  }

  /** Returns which version is refused, and why; nothing if none is. */
  String refusedText() {
    return refused == null
        ? ""
        : "the version of %s is refused, and the last one goes on: %s"
            .formatted(Instant.ofEpochMilli(refused.getVersion()), refusal);
  }

  /**
   * Returns why history is missing, and until when; nothing if none is.
   *
   * @param tickMillis the tick that was evaluated
   * @param reachMillis how far back the group looks
   */
  String missingText(long tickMillis, long reachMillis) {
    if (missingHistory == null) {
      return "";
    }
    long until = missingHistory.sinceMillis() + reachMillis;
    // If it is still missed after that, it is of a time that a selector is fixed to.
    return "stored samples from before %s are missing, which its rules look at%s: %s"
        .formatted(
            Instant.ofEpochMilli(missingHistory.sinceMillis()),
            until <= tickMillis ? "" : " until " + Instant.ofEpochMilli(until),
            missingHistory.why());
  }
}
