package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.rules.RuleFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The metrics of the evaluation")
final class EvaluationMetricsTest {

  private final Map<String, Gauge<?>> gauges = new HashMap<>();
  private final EvaluationMetrics metrics =
      new EvaluationMetrics(
          new UnregisteredMetricsGroup() {
            @Override
            public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
              gauges.put(name, gauge);
              return gauge;
            }
          });

  private Object failing() {
    return gauges.get("rulesFailing").getValue();
  }

  @Test
  @DisplayName("tell rules that failed from those that were limited, and count both as unwell")
  void failedAndLimited() {
    RuleFailure failed = new RuleFailure(0, "a", "division", false);
    RuleFailure limited = new RuleFailure(1, "b", "exceeded limit of 1 with 2 alerts", true);
    metrics.ticked("g", 1, List.of(failed, limited));
    metrics.ticked("g", 2, List.of(limited));
    assertThat(metrics.failed.getCount()).isEqualTo(1);
    assertThat(metrics.limited.getCount()).isEqualTo(2);
    assertThat(failing()).isEqualTo(1);
    metrics.ticked("g", 3, List.of());
    assertThat(failing()).isEqualTo(0);
    metrics.ticked("g", 4, List.of(failed));
    metrics.forget("g");
    assertThat(failing()).isEqualTo(0);
  }
}
