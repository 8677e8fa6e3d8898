package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.RuleInputs;
import dev.guanlan.schema.RuleGroup;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts a group's late samples, all of them and by rule. Which rules select a series is found out
 * only when the counts are told.
 */
final class LateSamples {

  /** Samples of more series between two looks count for the group, and for no rule. */
  private static final int MOST_SERIES = 1_000;

  private final Map<Labels, Long> unsettled = new HashMap<>();
  private long all;
  private long version;
  private long[] byRule = {};

  void add(Labels series, long samples) {
    all += samples;
    if (unsettled.size() < MOST_SERIES || unsettled.containsKey(series)) {
      unsettled.merge(series, samples, Long::sum);
    }
  }

  /** Gives every rule what is late of its input. A changed group's rules begin anew. */
  void settle(RuleGroup group, RuleInputs inputs) {
    int rules = group.getRules().size();
    if (version != group.getVersion()) {
      version = group.getVersion();
      byRule = new long[rules];
    }
    byRule = Arrays.copyOf(byRule, rules);
    unsettled.forEach(
        (series, samples) -> {
          for (int rule = 0; rule < rules; rule++) {
            if (inputs.selects(rule, series)) {
              byRule[rule] += samples;
            }
          }
        });
    unsettled.clear();
  }

  /** Returns how many there were of a rule's input, as of the last settling. */
  long of(int rule) {
    return byRule[rule];
  }

  /** Returns how many there were. */
  long all() {
    return all;
  }
}
