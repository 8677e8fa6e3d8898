package dev.guanlan.e2e;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Is what the ruler is told in {@link RulerOutlivesITCase}: rules, and samples of instances whose
 * load is high for some minutes and low for some, each at times of its own, so that at any time
 * some alerts are pending, some fire, some are kept firing and some end.
 */
final class RulerStory {

  static final String TENANT = "story";
  static final String FILE = "story.yaml";

  /** Between two samples of a series, in milliseconds; also the interval of the groups. */
  static final long STEP_MILLIS = 15_000;

  /** The series that the changed rules add, which tells from when on they are evaluated. */
  static final String ADDED = "zone:load:max";

  private static final int INSTANCES = 24;

  private static final String LOADS =
      """
      groups:
        - name: loads
          interval: 15s
          rules:%s
            - record: zone:load:sum
              expr: sum by (zone) (load)
            - record: zone:steps:rate5m
              expr: sum by (zone) (rate(steps_total[5m]))
            - alert: LoadHigh
              expr: load > 80
              for: 5m
              labels:
                severity: page
                place: "{{ $labels.zone }}/{{ $labels.instance }}"
                band: '{{ if gt $value 95.0 }}red{{ else }}amber{{ end }}'
              annotations:
                summary: "%s {{ $labels.instance }} is {{ $value | humanize }}"
            - alert: LoadKept
              expr: load > 80
              for: 5m
              keep_firing_for: 3m
              labels:
                severity: page
              annotations:
                summary: "Load of {{ $labels.instance }} was {{ $value }}"
        - name: zones
          interval: 15s
          rules:
            - record: parts:heartbeat:count
              expr: count(heartbeat{part!=""})
            - alert: ZoneBusy
              expr: sum by (zone) (load > bool 80) / count by (zone) (load) > 0.5
              for: 1m
              labels:
                severity: info
            - alert: StepsFast
              expr: rate(steps_total[2m]) > 1
              for: 2m
              labels:
                severity: info
                rate: '{{ printf "%%.1f" $value }}'
      """;

  private static final String MORE =
      """

            - record: zone:load:max
              expr: max by (zone) (load)
            - alert: LoadAdded
              expr: load > 80
              for: 5m
              labels:
                severity: page\
      """;

  /** How many series the group of zones has at least, and that of loads has not. */
  static final int SERIES_OF_ZONES = 2 * INSTANCES + 2;

  /** The group that has so many. */
  static final String ZONES = "zones";

  /** As many heartbeats as parts. */
  private final int parts;

  private final long startMillis;
  private final List<Instance> instances = new ArrayList<>();
  private int quietFrom = Integer.MAX_VALUE;

  private record Instance(int number, Labels load, Labels steps) {}

  /**
   * Creates the story.
   *
   * @param startMillis time of its first sample, a multiple of the step
   * @param parts how many parts the instances come in
   */
  RulerStory(long startMillis, int parts) {
    this.startMillis = startMillis;
    this.parts = parts;
    for (int i = 0; i < INSTANCES; i++) {
      instances.add(new Instance(i, labels("load", i), labels("steps_total", i)));
    }
    // What sums are made of is added in this order, here and there.
    instances.sort(Comparator.comparing(instance -> SeriesId.of(TENANT, instance.load())));
  }

  private static Labels labels(String metric, int instance) {
    return Labels.of(
        Labels.METRIC_NAME, metric, "instance", "i" + instance, "zone", "z" + instance % 3);
  }

  /** Returns the groups before and after the change, which adds two rules and alters a text. */
  static List<RuleGroup> rules(boolean changed) {
    try {
      return RuleFiles.parse(
          LOADS.formatted(changed ? MORE : "", changed ? "Now the load of" : "The load of"), FILE);
    } catch (RuleFileException e) {
      throw new IllegalStateException("the story's rules are wrong", e);
    }
  }

  long millis(int step) {
    return startMillis + step * STEP_MILLIS;
  }

  /** Lets all loads be low from a step on, and steps end. */
  void quietFrom(int step) {
    quietFrom = step;
  }

  /** Returns the samples of a step: the series of some instances, those of a part of all. */
  SampleBlock samples(int step, int part) {
    SampleBlock.Builder block = SampleBlock.builder(TENANT, Origin.NONE);
    block.series(heartbeat(part)).sample(millis(step), step);
    for (Instance instance : instances) {
      if (instance.number() % parts == part) {
        block.series(instance.load()).sample(millis(step), load(instance.number(), step));
        block
            .series(instance.steps())
            .sample(millis(step), steps(instance.number(), Math.min(step, quietFrom)));
      }
    }
    return block.build();
  }

  private static Labels heartbeat(int part) {
    return Labels.of(Labels.METRIC_NAME, "heartbeat", "part", "" + part);
  }

  /** Hands every sample of a step to a taker, in the order of the series' identities. */
  void forEach(int step, SampleTaker taker) {
    for (Instance instance : instances) {
      taker.take(instance.load(), millis(step), load(instance.number(), step));
    }
    for (Instance instance : instances) {
      taker.take(
          instance.steps(), millis(step), steps(instance.number(), Math.min(step, quietFrom)));
    }
    for (int part = 0; part < parts; part++) {
      taker.take(heartbeat(part), millis(step), step);
    }
  }

  /** Takes samples. */
  @FunctionalInterface
  interface SampleTaker {
    void take(Labels labels, long millis, double value);
  }

  private double load(int instance, int step) {
    // High for twelve to fifteen minutes, low for nine to eleven; one in six has short peaks, which
    // never fire.
    int high = instance % 6 == 5 ? 12 : 49 + instance % 4 * 4;
    int low = 36 + instance % 3 * 4;
    // Spread so that at every step of a disturbance some wait, some fire and some are kept firing.
    boolean isHigh = Math.floorMod(step + instance * 46, high + low) < high;
    double wave = (step * 3 + instance) % 8 / 16.0;
    return (isHigh && step < quietFrom ? 90 + instance % 10 : 20 + instance) + wave;
  }

  private static double steps(int instance, int step) {
    // A rate that doubles every now and then: 10 or 20 more each step.
    int blocks = step / (20 + instance % 5);
    int rest = step % (20 + instance % 5);
    int length = 20 + instance % 5;
    double sum = 0;
    for (int b = 0; b < blocks; b++) {
      sum += length * (b % 2 == 0 ? 10 : 20);
    }
    return sum + rest * (blocks % 2 == 0 ? 10 : 20);
  }
}
