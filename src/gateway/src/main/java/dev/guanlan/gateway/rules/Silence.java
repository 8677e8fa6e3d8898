package dev.guanlan.gateway.rules;

import dev.guanlan.connector.kafka.rules.FollowedGroup;
import dev.guanlan.schema.RuleGroupStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the alerting job tells nothing of a tenant's rules any more: what it told last stays
 * on Kafka, and looks as if it were so still.
 */
final class Silence {

  /** Three times as long as the job leaves a status as it was told, unless configured otherwise. */
  private static final long PATIENCE_MILLIS = Duration.ofMinutes(3).toMillis();

  /** How long a group may wait for its history, unless configured otherwise. */
  private static final long HISTORY_MILLIS = Duration.ofMinutes(10).toMillis();

  private static final long USUAL_INTERVAL_MILLIS = Duration.ofMinutes(1).toMillis();

  private Silence() {}

  /**
   * Returns the warning that what is known of a tenant's groups is old; none if it is not.
   *
   * @param groups all groups of the tenant
   */
  static List<String> warnings(List<FollowedGroup> groups, Instant now) {
    if (groups.isEmpty()) {
      return List.of();
    }
    long publishedAtMillis = Long.MAX_VALUE;
    long toldAtMillis = Long.MIN_VALUE;
    long everyMillis = Long.MAX_VALUE;
    for (FollowedGroup group : groups) {
      RuleGroupStatus status = group.status();
      publishedAtMillis = Math.min(publishedAtMillis, group.publishedAtMillis());
      if (status != null) {
        // The job lives as long as it tells of any group.
        toldAtMillis = Math.max(toldAtMillis, status.getEvaluatedAtMillis());
        everyMillis = Math.min(everyMillis, interval(group, status));
      }
    }
    if (toldAtMillis != Long.MIN_VALUE) {
      return isOld(toldAtMillis, everyMillis, now)
          ? List.of(
              "the alerting job has told nothing of these rules since %s, and what is shown is from then; check that it runs"
                  .formatted(Instant.ofEpochMilli(toldAtMillis)))
          : List.of();
    }
    for (FollowedGroup group : groups) {
      everyMillis = Math.min(everyMillis, interval(group, null));
    }
    return isOld(publishedAtMillis, HISTORY_MILLIS + everyMillis, now)
        ? List.of(
            "the alerting job has told nothing of these rules, the first of which were published at %s; check that it runs"
                .formatted(Instant.ofEpochMilli(publishedAtMillis)))
        : List.of();
  }

  /** Tells whether the job should have told since; it tells of no group between its ticks. */
  private static boolean isOld(long millis, long everyMillis, Instant now) {
    return now.toEpochMilli() - millis > PATIENCE_MILLIS + everyMillis;
  }

  /** Returns the time between two ticks; the longer one if the group was changed since the last. */
  private static long interval(FollowedGroup group, @Nullable RuleGroupStatus status) {
    long named = group.group().intervalMillis();
    return status == null
        ? named == 0 ? USUAL_INTERVAL_MILLIS : named
        : Math.max(named, status.getIntervalMillis());
  }
}
