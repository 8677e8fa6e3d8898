package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.alerting.TestingJob.TimedBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.Selectors;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RecordedSample;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.Windows;
import dev.guanlan.rules.unittest.Ruler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Evaluates the rules of unit tests by the job. It runs from the first to the last tick at once;
 * what it did is then told tick by tick.
 *
 * <p>A test evaluates its groups one behind the other, and each sees what those before it recorded
 * at the same tick. In the job groups do not wait for each other. So a group that reads what one
 * before it records is run after that, with its records among the samples.
 */
final class JobRuler implements Ruler {

  private static final String TENANT = "unittest";

  private final int parallelism;

  JobRuler(int parallelism) {
    this.parallelism = parallelism;
  }

  @Override
  public Evaluation start(Task task) throws RuleException {
    if (Math.floorMod(task.startMillis(), task.intervalMillis()) != 0) {
      throw new RuleException(
          "the job has no tick at the start %d, which is no multiple of the interval %d; choose another start"
              .formatted(task.startMillis(), task.intervalMillis()));
    }
    List<RuleGroup> groups = new ArrayList<>();
    List<CompiledGroup> compiled = new ArrayList<>();
    for (CompiledGroup of : task.groups()) {
      RuleGroup group = ticking(of.group(), task.intervalMillis());
      groups.add(group);
      compiled.add(CompiledGroup.of(group, Selectors.DEFAULT_LOOKBACK_MILLIS));
    }
    JobVerdicts verdicts = new JobVerdicts(task);
    int[] stages = GroupStages.of(compiled);
    Samples samples = new Samples(task);
    for (int stage = 0; stage == 0 || contains(stages, stage); stage++) {
      List<RuleChange> changes = new ArrayList<>();
      Map<String, RuleGroup> running = new LinkedHashMap<>();
      for (int i = 0; i < groups.size(); i++) {
        if (stages[i] == stage) {
          RuleGroup group = groups.get(i);
          String key = RuleGroup.key(TENANT, group.namespace(), group.name());
          running.put(key, group);
          changes.add(new RuleChange(key, 1, RuleGroupRecords.toRecord(TENANT, group, 1)));
        }
      }
      TestingJob.Outcome outcome = run(task, changes, samples.blocks());
      if (outcome.groupsRefused() > 0) {
        throw new IllegalStateException("the job refuses a group that compiles");
      }
      verdicts.add(outcome, running);
      running.forEach(
          (key, group) ->
              verdicts
                  .recorded(key)
                  .forEach((tick, recorded) -> recorded.forEach(s -> samples.add(tick, s))));
    }
    verdicts.order(
        groups.stream()
            .map(group -> RuleGroup.key(TENANT, group.namespace(), group.name()))
            .toList());
    return verdicts;
  }

  /** Returns a group that ticks as the test asks for, and not as it does itself. */
  private static RuleGroup ticking(RuleGroup group, long intervalMillis) {
    return new RuleGroup(
        group.namespace(),
        group.name(),
        intervalMillis,
        group.queryOffsetMillis(),
        group.limit(),
        group.labels(),
        group.rules());
  }

  private static boolean contains(int[] stages, int stage) {
    for (int each : stages) {
      if (each == stage) {
        return true;
      }
    }
    return false;
  }

  private TestingJob.Outcome run(Task task, List<RuleChange> changes, List<TimedBlock> blocks) {
    // Alerts are sent at every tick, so that it is known what each says then.
    AlertingSettings settings =
        new AlertingSettings(
            1,
            task.intervalMillis(),
            Selectors.DEFAULT_LOOKBACK_MILLIS,
            50_000_000,
            120_000,
            50_000,
            200_000,
            1,
            Integer.MAX_VALUE,
            4,
            200_000,
            Long.MAX_VALUE,
            true,
            false,
            60_000,
            1_000,
            false,
            new TreeMap<>(task.externalLabels()),
            task.externalUrl(),
            "");
    try {
      return TestingJob.run(parallelism, settings, changes, blocks);
    } catch (Exception e) {
      throw new IllegalStateException("the job does not run", e);
    }
  }

  /** Holds the samples that the job gets, by the tick that sees them first. */
  private static final class Samples implements Windows {
    private final Task task;
    private final TreeMap<Long, Map<Labels, List<RecordedSample>>> byTick = new TreeMap<>();

    private Samples(Task task) {
      this.task = task;
      for (long tick = task.startMillis();
          tick <= task.lastTickMillis();
          tick += task.intervalMillis()) {
        byTick.put(tick, new TreeMap<>());
      }
      task.samples().copyInput(task.lastTickMillis(), this);
    }

    private void add(long tickMillis, RecordedSample sample) {
      byTick
          .get(tickMillis)
          .computeIfAbsent(sample.labels(), labels -> new ArrayList<>())
          .add(sample);
    }

    private void add(RecordedSample sample) {
      add(byTick.ceilingKey(sample.timestampMillis()), sample);
    }

    @Override
    public void append(Labels labels, long timestampMillis, double value) {
      add(new RecordedSample(labels, timestampMillis, value));
    }

    @Override
    public void append(Labels labels, long timestampMillis, Histogram histogram) {
      add(new RecordedSample(labels, timestampMillis, Double.NaN, histogram));
    }

    @Override
    public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
      throw new UnsupportedOperationException("the job selects");
    }

    /** Returns a block a tick, and before them one that lets the groups begin at the first. */
    private List<TimedBlock> blocks() {
      List<TimedBlock> blocks = new ArrayList<>();
      blocks.add(
          new TimedBlock(SampleBlock.builder(TENANT, Origin.NONE).build(), task.startMillis() - 1));
      byTick.forEach((tick, series) -> blocks.add(new TimedBlock(block(series), tick)));
      return blocks;
    }

    private static SampleBlock block(Map<Labels, List<RecordedSample>> series) {
      SampleBlock.Builder block = SampleBlock.builder(TENANT, Origin.NONE);
      series.forEach(
          (labels, samples) -> {
            block.series(labels);
            for (RecordedSample sample : samples) {
              Histogram histogram = sample.histogram();
              if (histogram == null) {
                block.sample(sample.timestampMillis(), sample.value());
              } else {
                block.histogram(sample.timestampMillis(), histogram);
              }
            }
          });
      return block.build();
    }
  }
}
