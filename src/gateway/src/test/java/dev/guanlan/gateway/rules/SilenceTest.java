package dev.guanlan.gateway.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.FollowedGroup;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RuleGroupStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The silence of the alerting job")
final class SilenceTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  /** Makes a group that was published five hours ago. */
  private static FollowedGroup group(int intervalMinutes, @Nullable RuleGroupStatus status) {
    return published(Duration.ofHours(5), intervalMinutes, status);
  }

  private static FollowedGroup published(
      Duration ago, int intervalMinutes, @Nullable RuleGroupStatus status) {
    return new FollowedGroup(
        new RuleGroup("n", "g", 60_000L * intervalMinutes, 0, 0, Map.of(), List.of()),
        NOW.minus(ago).toEpochMilli(),
        List.of(),
        status,
        List.of());
  }

  private static RuleGroupStatus told(Duration ago, int intervalMinutes) {
    return RuleGroupStatus.newBuilder()
        .setNamespace("n")
        .setGroup("g")
        .setVersion(1)
        .setIntervalMillis(60_000L * intervalMinutes)
        .setTickMillis(1)
        .setEvaluatedAtMillis(NOW.minus(ago).toEpochMilli())
        .setEvaluationSeconds(0)
        .build();
  }

  private static List<String> warnings(FollowedGroup... groups) {
    return Silence.warnings(List.of(groups), NOW);
  }

  @Test
  @DisplayName("is told with the time since when, once nothing came for three minutes and a tick")
  void told() {
    assertThat(warnings(group(0, told(Duration.ofMinutes(4), 1)))).isEmpty();
    assertThat(warnings(group(0, told(Duration.ofMinutes(4).plusMillis(1), 1)))).hasSize(1);
    assertThat(warnings(group(0, told(Duration.ofHours(3), 1))))
        .containsExactly(
            "the alerting job has told nothing of these rules since 2026-11-28T07:00:00Z, and what"
                + " is shown is from then; check that it runs");
  }

  @Test
  @DisplayName("is none while any group is told of")
  void anyGroup() {
    FollowedGroup old = group(0, told(Duration.ofHours(3), 1));
    assertThat(warnings(old, group(0, told(Duration.ofMinutes(1), 1)), group(0, null))).isEmpty();
  }

  @Test
  @DisplayName("is none between two ticks of groups that have them seldom")
  void seldom() {
    FollowedGroup hourly = group(60, told(Duration.ofMinutes(50), 60));
    assertThat(warnings(hourly)).isEmpty();
    assertThat(warnings(group(60, told(Duration.ofMinutes(50), 1))))
        .as("the group has been hourly only since")
        .isEmpty();
    assertThat(warnings(hourly, group(0, told(Duration.ofMinutes(55), 1))))
        .as("the other should have been told of")
        .singleElement()
        .asString()
        .contains("since 2026-11-28T09:10:00Z");
  }

  @Test
  @DisplayName("is told of rules that were never told of, unless they are new")
  void never() {
    assertThat(warnings()).isEmpty();
    assertThat(warnings(published(Duration.ofMinutes(14), 0, null))).isEmpty();
    assertThat(warnings(published(Duration.ofMinutes(14).plusMillis(1), 0, null))).hasSize(1);
    assertThat(warnings(published(Duration.ofMinutes(4), 0, null), group(0, null)))
        .containsExactly(
            "the alerting job has told nothing of these rules, the first of which were published"
                + " at 2026-11-28T05:00:00Z; check that it runs");
  }
}
