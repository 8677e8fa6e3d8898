package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.SeriesSelection;
import dev.guanlan.rules.RuleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from each block what rule groups select, and hands it on group by group.
 *
 * <p>Keeps no state in Flink: the topic of rules is the state. It is read to its end before the
 * first block, and the broadcast stream brings what changes later; a change that is known already
 * is ignored. A series is matched once and remembered with its groups until the rules change or it
 * is the one looked at longest ago.
 */
final class SelectSamples extends CoProcessFunction<SampleBlock, RuleChange, GroupSamples> {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(SelectSamples.class);

  private final RuleTable table;
  private final long lookbackMillis;
  private final int cachedSeries;
  private transient RuleIndex index = new RuleIndex(0);
  private transient Map<SeriesId, String[]> matched = new LinkedHashMap<>();
  private transient Counter selected = new SimpleCounter();
  private transient Counter unselected = new SimpleCounter();
  private transient Counter refused = new SimpleCounter();

  SelectSamples(RuleTable table, long lookbackMillis, int cachedSeries) {
    this.table = table;
    this.lookbackMillis = lookbackMillis;
    this.cachedSeries = cachedSeries;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    selected = metrics.counter(AlertingNames.SELECTED);
    unselected = metrics.counter(AlertingNames.UNSELECTED);
    refused = metrics.counter(AlertingNames.GROUPS_REFUSED);
    int most = cachedSeries;
    matched =
        new LinkedHashMap<>(1024, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<SeriesId, String[]> eldest) {
            return size() > most;
          }
        };
    RuleIndex filled = new RuleIndex(lookbackMillis);
    index = filled;
    table.read(this::apply);
    metrics.gauge("ruleGroups", filled::size);
  }

  @Override
  public void processElement1(SampleBlock block, Context context, Collector<GroupSamples> out) {
    Map<String, SeriesSelection> selections = null;
    int series = block.seriesCount();
    // hot: a series that no group selects costs one lookup and allocates nothing.
    for (int s = 0; s < series; s++) {
      String[] groups = matched.get(block.id(s));
      if (groups == null) {
        groups = index.match(block.tenant(), block.labels(s));
        matched.put(block.id(s), groups);
      }
      if (groups.length == 0) {
        unselected.inc();
        continue;
      }
      if (selections == null) {
        selections = new LinkedHashMap<>();
      }
      for (String group : groups) {
        selections.computeIfAbsent(group, key -> new SeriesSelection()).add(s);
      }
    }
    if (selections != null) {
      for (Map.Entry<String, SeriesSelection> selection : selections.entrySet()) {
        SampleBlock part = selection.getValue().of(block, List.of());
        selected.inc(part.sampleCount());
        out.collect(new GroupSamples(selection.getKey(), part));
      }
    }
  }

  @Override
  public void processElement2(RuleChange change, Context context, Collector<GroupSamples> out) {
    apply(change);
  }

  private void apply(RuleChange change) {
    try {
      if (index.apply(change)) {
        matched.clear();
      }
    } catch (RuleException e) {
      refused.inc();
      LOG.error("The rule group {} is not evaluated: {}", change.key(), e.getMessage());
    }
  }
}
