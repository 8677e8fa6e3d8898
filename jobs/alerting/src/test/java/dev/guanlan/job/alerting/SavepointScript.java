package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.promql.notation.SeriesLine;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Is the script of the savepoints that are kept. It never changes: a savepoint is in the middle of
 * it, at twelve minutes, and what comes then must fit what was before.
 */
final class SavepointScript {

  /** When the script begins: in milliseconds, at a full minute. */
  static final long START_MILLIS = 1_700_000_040_000L;

  /** The step after which the savepoint is taken: twelve minutes. */
  static final int SAVED = 48;

  /** The last step: seventeen minutes. */
  static final int LAST = 68;

  static final long STEP_MILLIS = 15_000;

  static final String TENANT = "kept";

  private static final String RULES =
      """
      groups:
        - name: kept
          interval: 15s
          rules:
            - record: job:requests:rate5m
              expr: sum by (job) (rate(requests_total[5m]))
            - record: job:latency:p90
              expr: histogram_quantile(0.9, sum by (job) (rate(latency[5m])))
            - alert: Overload
              expr: load > 80
              for: 5m
              labels:
                where: "{{ $labels.zone }}-{{ $labels.instance }}"
              annotations:
                summary: "{{ $labels.instance }} has a load of {{ $value | humanize }}"
            - alert: Hot
              expr: temperature > 50
              for: 2m
              keep_firing_for: 5m
            - alert: Beacon
              expr: beacon == 1
      """;

  private SavepointScript() {}

  static List<RuleChange> rules() throws RuleFileException {
    List<RuleChange> changes = new ArrayList<>();
    for (RuleGroup group : TestingEvaluation.groups(RULES)) {
      changes.add(
          new RuleChange(
              TestingEvaluation.key(TENANT, group.name()),
              1,
              RuleGroupRecords.toRecord(TENANT, group, 1)));
    }
    return changes;
  }

  /**
   * Returns the blocks of some steps. In front of them is an empty one, which tells the time before
   * the first.
   */
  static List<SampleBlock> blocks(int first, int last) throws PromqlException {
    List<SampleBlock> blocks = new ArrayList<>();
    blocks.add(builder(millis(first) - 1).build());
    for (int step = first; step <= last; step++) {
      blocks.add(block(step));
    }
    return blocks;
  }

  private static SampleBlock block(int step) throws PromqlException {
    long millis = millis(step);
    double minute = step / 4.0;
    // Event time is at the tick: all that belongs to it has come.
    SampleBlock.Builder block = builder(millis);
    load(block, millis, "a", minute >= 2);
    load(block, millis, "b", minute >= 9);
    load(block, millis, "c", minute >= 1 && minute <= 8);
    load(block, millis, "d", minute >= 10 && minute <= 13);
    block
        .series(Labels.of("__name__", "temperature", "room", "north"))
        .sample(millis, minute >= 1 && minute <= 9 ? 60.25 : 20.5);
    if (minute <= 10) {
      block
          .series(Labels.of("__name__", "beacon", "on", "rock"))
          .sample(millis, minute == 10 ? StaleMarker.VALUE : 1);
    }
    block
        .series(Labels.of("__name__", "requests_total", "instance", "x", "job", "shop"))
        .delta()
        .sample(millis, 10 + step % 3);
    block
        .series(Labels.of("__name__", "requests_total", "instance", "y", "job", "shop"))
        .sample(millis, 7 * step);
    block
        .series(Labels.of("__name__", "latency", "job", "shop"))
        .histogram(millis, histogram(step + 1));
    return block.build();
  }

  private static void load(SampleBlock.Builder block, long millis, String instance, boolean high) {
    block
        .series(Labels.of("__name__", "load", "instance", instance, "zone", "z1"))
        .sample(millis, high ? 91.5 : 12.25);
  }

  private static Histogram histogram(int times) throws PromqlException {
    String text =
        "x {{schema:0 count:%d sum:%d buckets:[%d %d %d]}}"
            .formatted(4 * times, 7 * times, times, 2 * times, times);
    return Objects.requireNonNull(SeriesLine.parse(text).values().get(0).histogram());
  }

  private static SampleBlock.Builder builder(long eventTimeMillis) {
    return SampleBlock.builder(TENANT, new Origin("script", 0, eventTimeMillis));
  }

  private static long millis(int step) {
    return START_MILLIS + step * STEP_MILLIS;
  }
}
