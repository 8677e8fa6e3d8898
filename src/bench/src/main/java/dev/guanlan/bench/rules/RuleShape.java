package dev.guanlan.bench.rules;

import java.util.Locale;

/**
 * Names a usual kind of alerting rule. Of each kind a few of a hundred series are beyond the
 * threshold of some rules, and none beyond that of the others.
 */
public enum RuleShape {
  /** Compares the newest sample of each series, or of pairs of series. */
  THRESHOLD {
    @Override
    String expression(Choice choice) {
      return switch (choice.below(4)) {
        case 0 ->
            "up{job=\"node-exporter\", cluster=\"%s\"} == 0"
                .formatted(choice.of("production-eu-west-0", "production-eu-west-1"));
        case 1 ->
            "%s > %s"
                .formatted(
                    choice.of("node_load1", "node_load5", "node_load15"), choice.number(9.2, 13));
        case 2 -> {
          String where = "{mountpoint=\"%s\"}".formatted(choice.mount());
          yield "node_filesystem_avail_bytes%s / node_filesystem_size_bytes%s < %s"
              .formatted(where, where, choice.number(0.02, 0.12));
        }
        default ->
            "node_memory_%s_bytes < %s"
                .formatted(choice.of("MemFree", "Cached", "Mapped"), choice.number(0.5e9, 1.3e9));
      };
    }
  },

  /** Divides the rates of all instances of a job by each other. */
  RATIO_BY_JOB {
    @Override
    String expression(Choice choice) {
      if (choice.below(3) == 0) {
        String where = "{device=\"%s\"}[5m]".formatted(choice.card());
        return ("sum by (job) (rate(node_network_%s_total%s)) / sum by (job)"
                + " (rate(node_network_receive_packets_total%s)) > %s")
            .formatted(
                choice.of("receive_drop", "receive_errs"),
                where,
                where,
                choice.number(0.001, 0.05));
      }
      String[] bound = choice.of(new String[][] {{"0.25", "0.09"}, {"0.5", "0.05"}, {"1", "0.02"}});
      return ("1 - sum by (job) (rate(http_request_duration_seconds_bucket{handler=\"%1$s\", le=\"%2$s\"}[5m]))"
              + " / sum by (job) (rate(http_request_duration_seconds_count{handler=\"%1$s\"}[5m])) > %3$s")
          .formatted(
              choice.handler(),
              bound[0],
              Choice.text(Double.parseDouble(bound[1]) * choice.of(0.6, 2.0, 3.0, 4.0)));
    }
  },

  /** Asks whether something reports at all. */
  ABSENT {
    @Override
    String expression(Choice choice) {
      return choice.below(2) == 0
          ? "absent(up{job=\"node-exporter\", cluster=\"production-eu-west-%d\"})"
              .formatted(choice.below(4))
          : "absent(http_request_duration_seconds_count{job=\"shop-frontend\", handler=\"%s\"})"
              .formatted(choice.handler());
    }
  },

  /** Counts over a window. */
  INCREASE {
    @Override
    String expression(Choice choice) {
      return switch (choice.below(3)) {
        case 0 ->
            "increase(node_network_%s_total{device=\"%s\"}[5m]) > %s"
                .formatted(
                    choice.of("receive_packets", "transmit_packets"),
                    choice.card(),
                    choice.number(20 * 4_000 * 1.76, 20 * 4_000 * 2.4));
        case 1 ->
            "increase(node_disk_%s_total{device=~\"nvme.+\"}[5m]) > %s"
                .formatted(
                    choice.of("reads_completed", "writes_completed"),
                    choice.number(20 * 70_000 * 1.76, 20 * 70_000 * 2.4));
        default ->
            "increase(node_vmstat_%s[5m]) > %s"
                .formatted(
                    choice.of("pgfault", "pgpgin", "pgpgout", "pgfree"),
                    choice.number(20 * 60_000 * 1.76, 20 * 60_000 * 2.4));
      };
    }
  },

  /** Estimates a quantile from the rates of buckets. */
  HISTOGRAM_QUANTILE {
    @Override
    String expression(Choice choice) {
      boolean instances = choice.below(3) > 0;
      boolean ninety = choice.below(2) == 0;
      return ("histogram_quantile(%s, sum by (le, %s)"
              + " (rate(http_request_duration_seconds_bucket{handler=\"%s\", %s}[5m]))) > %s")
          .formatted(
              ninety ? "0.9" : "0.99",
              instances ? "instance" : "cluster",
              choice.handler(),
              instances
                  ? choice.tenInstances()
                  : "cluster=\"production-eu-west-%d\"".formatted(choice.below(3)),
              ninety ? choice.number(0.232, 0.4) : choice.number(3.9, 9));
    }
  },

  /** Follows the line of the last minutes into the future. */
  PREDICT_LINEAR {
    @Override
    String expression(Choice choice) {
      return "predict_linear(node_filesystem_%s_bytes{mountpoint=\"%s\"}[5m], %d * 3600) < 0"
          .formatted(choice.of("avail", "free"), choice.mount(), 2 + 2 * choice.below(4));
    }
  },

  /** Averages what goes up and down. */
  AVG_OVER_TIME {
    @Override
    String expression(Choice choice) {
      return switch (choice.below(3)) {
        case 0 ->
            "avg_over_time(node_hwmon_temp_celsius{sensor=\"temp%d\"}[5m]) > %s"
                .formatted(choice.below(12), choice.number(127, 180));
        case 1 ->
            "avg_over_time(%s[5m]) > %s"
                .formatted(
                    choice.of("node_load1", "node_load5", "node_load15"), choice.number(9.2, 13));
        default ->
            "avg_over_time(node_memory_%s_bytes[5m]) < %s"
                .formatted(choice.of("Active", "Slab", "MemFree"), choice.number(0.5e9, 1.3e9));
      };
    }
  },

  /** Averages the processors of each node. */
  CPU_BY_INSTANCE {
    @Override
    String expression(Choice choice) {
      return ("100 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\", %s}[5m])) * 100"
              + " > %s")
          .formatted(choice.tenInstances(), choice.number(31, 60));
    }
  };

  /** Returns an expression of this kind. */
  abstract String expression(Choice choice);

  /** Returns its name as an alert's name has it. */
  String title() {
    StringBuilder title = new StringBuilder();
    for (String word : name().split("_", -1)) {
      title.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return title.toString();
  }
}
