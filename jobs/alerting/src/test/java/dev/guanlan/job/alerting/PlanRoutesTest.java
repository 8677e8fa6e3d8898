package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.schema.RuleGroup;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A plan's routes")
final class PlanRoutesTest {

  private static final String TENANT = "t";
  private static final int SHARDS = 4;
  private static final long VERSION = 6;
  private static final String KEY = TestingEvaluation.key(TENANT, "g");
  private static final Labels LEAF = Labels.of("__name__", "m", "instance", "a");
  private static final Labels BOTH = Labels.of("__name__", "up", "instance", "a");
  private static final Labels RECORDED = Labels.of("__name__", "a:sum", "job", "j");
  private static final Labels NEITHER = Labels.of("__name__", "x");

  private final RuleIndex published = new RuleIndex(300_000);
  private final PlanRoutes routes = new PlanRoutes(300_000);

  @BeforeEach
  void publish() throws Exception {
    published.apply(new RuleChange(KEY, 1, group(1)));
  }

  private static RuleGroup group(long version) throws Exception {
    return RuleGroupRecords.toRecord(
        TENANT,
        TestingEvaluation.groups(
                """
                groups:
                - name: g
                  rules:
                  - record: a:sum
                    expr: sum by (job) (rate(m[5m])) / on (job) count by (job) (up)
                  - alert: High
                    expr: a:sum > 3 unless on () max_over_time(up[5m:1m])
                """)
            .get(0),
        version);
  }

  private void plan(long revision, boolean toGroup, int shards) throws Exception {
    RuleGroup group = group(1);
    routes.apply(
        RulePlanRecords.plan(
            group,
            revision,
            toGroup,
            List.of(RulePlanRecords.route(VERSION + revision, shards, group))),
        false);
  }

  private List<String> of(Labels series) {
    return routes.of(TENANT, series, published.match(TENANT, series), published);
  }

  private static String shard(Labels series) {
    return new ShardKey(KEY, VERSION + 1, ShardKey.shard(series, SHARDS)).text();
  }

  @DisplayName("send what leaves look at to shards, and what local selectors choose to the group")
  @Test
  void sendToBoth() throws Exception {
    plan(1, false, SHARDS);
    assertThat(of(LEAF)).containsExactly(shard(LEAF));
    assertThat(of(BOTH)).containsExactly(shard(BOTH), KEY);
    assertThat(of(RECORDED)).containsExactly(KEY);
    assertThat(of(NEITHER)).isEmpty();
    assertThat(routes.of("other", BOTH, new String[0], published)).isEmpty();
  }

  @DisplayName("send the group everything while it is still evaluated in one task")
  @Test
  void sendTheGroupEverything() throws Exception {
    plan(1, true, SHARDS);
    assertThat(of(LEAF)).containsExactly(KEY, shard(LEAF));
    assertThat(of(BOTH)).containsExactly(KEY, shard(BOTH));
    assertThat(of(RECORDED)).containsExactly(KEY);
  }

  @DisplayName("send everything to a group that goes back to one task")
  @Test
  void sendBack() throws Exception {
    plan(1, false, SHARDS);
    plan(2, false, 0);
    assertThat(of(LEAF)).containsExactly(KEY);
    assertThat(of(BOTH)).containsExactly(KEY);
    assertThat(of(RECORDED)).containsExactly(KEY);
  }
}
