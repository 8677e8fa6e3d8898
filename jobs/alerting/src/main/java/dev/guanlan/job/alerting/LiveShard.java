package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.LeafColumn;
import dev.guanlan.job.alerting.state.LeafResults;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.Selectors;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EvaluationException;
import dev.guanlan.promql.engine.LeafQueries;
import dev.guanlan.promql.engine.LeafRows;
import dev.guanlan.promql.engine.StandingSeries;
import dev.guanlan.rules.DecomposedGroup;
import dev.guanlan.rules.RuleInput;
import dev.guanlan.rules.RuleInputs;
import dev.guanlan.schema.RuleGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the leaves of a group over the series of one shard, and makes of the results what the
 * group is sent. For one thread.
 */
final class LiveShard {

  private static final Logger LOG = LoggerFactory.getLogger(LiveShard.class);

  /** How often, in event time, it is told what the rules' expressions find. */
  private static final long INPUTS_MILLIS = 60_000;

  private final ShardKey key;
  private final long version;
  private final RuleGroup rules;
  private final DecomposedGroup group;
  private final Engine engine;
  private LeafQueries queries;
  private final RuleInputs inputs;
  private final LateSamples late = new LateSamples();
  private final List<List<SelectedWindow>> selections;

  /** The leaves that had an unexpected error: nothing is kept of them from tick to tick. */
  private final Set<Expression> distrusted = new HashSet<>();

  private final IdentityHashMap<StandingSeries, Told> told = new IdentityHashMap<>();
  private long inputsMillis = Long.MIN_VALUE;

  /** Is what is known of a series that had results. */
  private static final class Told {
    private final SeriesId id;
    private long labelsMillis = Long.MIN_VALUE;
    private long resultMillis = Long.MIN_VALUE;

    /** Its place among the series that have results at {@link #resultMillis}. */
    private int place;

    private Told(SeriesId id) {
      this.id = id;
    }
  }

  /**
   * Begins with nothing evaluated.
   *
   * @param version the version of the route that brought the rules
   */
  LiveShard(
      ShardKey key,
      long version,
      RuleGroup rules,
      DecomposedGroup group,
      Engine engine,
      long lookbackMillis) {
    this.key = key;
    this.version = version;
    this.rules = rules;
    this.group = group;
    this.engine = engine;
    this.queries = new LeafQueries(engine);
    this.selections =
        group.leaves().stream().map(leaf -> Selectors.of(leaf, lookbackMillis)).toList();
    this.inputs = RuleInputs.ofPart(group.inShards());
  }

  DecomposedGroup group() {
    return group;
  }

  long version() {
    return version;
  }

  /** Notes samples of a series that came after the tick that should have seen them. */
  void late(Labels series, long samples) {
    late.add(series, samples);
  }

  /** Returns what each leaf looks at. */
  List<List<SelectedWindow>> selections() {
    return selections;
  }

  /**
   * Evaluates the leaves at a tick.
   *
   * @param refusals why a leaf cannot be evaluated, by its place; null if it can
   */
  LeafResults evaluate(
      long tickMillis,
      boolean complete,
      LiveWindows windows,
      IntFunction<@Nullable String> refusals)
      throws IOException {
    long queryMillis = tickMillis - rules.getQueryOffsetMillis();
    List<StandingSeries> having = new ArrayList<>();
    List<LeafColumn> columns = new ArrayList<>();
    for (Expression leaf : group.leaves()) {
      String refusal = refusals.apply(columns.size());
      columns.add(
          refusal == null
              ? column(leaf, windows, queryMillis, tickMillis, having)
              : failed(refusal));
    }
    long[] ids = new long[2 * having.size()];
    @Nullable Labels[] labels = null;
    for (int i = 0; i < having.size(); i++) {
      StandingSeries series = having.get(i);
      Told known = known(series);
      ids[2 * i] = known.id.high();
      ids[2 * i + 1] = known.id.low();
      if (known.labelsMillis == Long.MIN_VALUE
          || tickMillis - known.labelsMillis >= SelectSamples.LABELS_MILLIS) {
        known.labelsMillis = tickMillis;
        labels = labels == null ? new @Nullable Labels[having.size()] : labels;
        labels[i] = series.labels();
      }
    }
    forgetEnded(windows);
    return new LeafResults(
        key.group(),
        version,
        key.shard(),
        tickMillis,
        complete,
        windows.series().size(),
        windows.series().newestSampleMillis(tickMillis, Long.MIN_VALUE),
        late.all(),
        ids,
        labels,
        columns,
        inputs(tickMillis, queryMillis, windows));
  }

  /** Keeps nothing of series, some of which have been given up. */
  void forgetSeries() {
    queries = new LeafQueries(engine);
    told.clear();
  }

  private LeafColumn column(
      Expression leaf,
      LiveWindows windows,
      long queryMillis,
      long tickMillis,
      List<StandingSeries> having) {
    LeafRows rows;
    try {
      LeafQueries of = distrusted.contains(leaf) ? new LeafQueries(engine) : queries;
      rows = of.rows(leaf, windows.ofRules(), queryMillis);
    } catch (EvaluationException e) {
      return failed(e.getMessage() == null ? e.toString() : e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      // A fault of ours, which takes no other leaf with it. What is kept may be half done.
      if (distrusted.add(leaf)) {
        queries = new LeafQueries(engine);
        LOG.error("The leaf {} of the shard {} has an unexpected error", leaf, key.text(), e);
      }
      return failed("unexpected error: " + e);
    }
    int present = 0;
    for (int row = 0; row < rows.series().length; row++) {
      present += rows.isPresent(row) ? 1 : 0;
    }
    int[] series = new int[present];
    double[] values = new double[present];
    @Nullable Histogram[] histograms =
        rows.histograms() == null ? null : new @Nullable Histogram[present];
    int next = 0;
    // hot: once for each series, leaf and tick.
    for (int row = 0; row < rows.series().length; row++) {
      if (rows.isPresent(row)) {
        series[next] = place(rows.series()[row], tickMillis, having);
        values[next] = rows.values()[row];
        if (histograms != null) {
          histograms[next] = rows.histogram(row);
        }
        next++;
      }
    }
    return new LeafColumn(null, series, values, histograms);
  }

  private static LeafColumn failed(String message) {
    return new LeafColumn(message, new int[0], new double[0], null);
  }

  /** Returns the place of a series among those that have results at a tick. */
  private int place(StandingSeries series, long tickMillis, List<StandingSeries> having) {
    Told known = known(series);
    if (known.resultMillis != tickMillis) {
      known.resultMillis = tickMillis;
      known.place = having.size();
      having.add(series);
    }
    return known.place;
  }

  private Told known(StandingSeries series) {
    Told known = told.get(series);
    if (known == null) {
      known = new Told(SeriesId.of(rules.getTenant(), series.labels()));
      told.put(series, known);
    }
    return known;
  }

  private void forgetEnded(LiveWindows windows) {
    if (told.size() > 2 * windows.series().size() + 1_000) {
      IdentityHashMap<StandingSeries, Told> living = new IdentityHashMap<>();
      for (LiveSeries series : windows.series().all()) {
        Told known = told.get(series.samples());
        if (known != null) {
          living.put(series.samples(), known);
        }
      }
      told.clear();
      told.putAll(living);
    }
  }

  private long[] inputs(long tickMillis, long queryMillis, LiveWindows windows) throws IOException {
    if (inputsMillis != Long.MIN_VALUE && tickMillis - inputsMillis < INPUTS_MILLIS) {
      return new long[0];
    }
    inputsMillis = tickMillis;
    late.settle(rules, inputs);
    int count = rules.getRules().size();
    long[] found = new long[LeafResults.ENTRIES_OF_RULE * count];
    for (int rule = 0; rule < count; rule++) {
      RuleInput input = inputs.find(rule, windows.ofRules().asTheyAre(), queryMillis);
      int at = LeafResults.ENTRIES_OF_RULE * rule;
      found[at] = input.series();
      found[at + 1] = input.samples();
      found[at + 2] = input.newestMillis();
      found[at + 3] = late.of(rule);
    }
    return found;
  }
}
