package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.LeafColumn;
import dev.guanlan.job.alerting.state.LeafResults;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.Decomposition;
import dev.guanlan.promql.engine.LeafFailure;
import dev.guanlan.promql.engine.StandingSeries;
import dev.guanlan.promql.engine.StandingSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the results of a group's leaves at one tick, and knows the labels of the series that they
 * are of. The results of a leaf are told in the order of their series' identities, as {@link
 * LiveWindows} tells series: a sum of the same numbers in another order may be another number.
 */
final class LeafWindows implements StandingSource {

  private static final StandingSeries[] NONE = {};

  /** How often, in event time, series are looked at for what has had no results for long. */
  private static final long SWEEP_MILLIS = 60_000;

  /** Is a set of series, each with something and the time when it was last heard of. */
  private static final class Table<T> {
    private SeriesTable table = new SeriesTable();
    private List<T> values = new ArrayList<>();
    private long[] heardMillis = new long[16];

    private int find(long high, long low) {
      return table.find(high, low);
    }

    private int add(long high, long low, T value) {
      int number = table.add(high, low);
      if (number == heardMillis.length) {
        heardMillis = Arrays.copyOf(heardMillis, 2 * number);
      }
      values.add(value);
      return number;
    }

    /** Forgets what was not heard of since a time; tells whether that is any. */
    private boolean removeBefore(long millis) {
      boolean any = false;
      for (int number = 0; number < values.size() && !any; number++) {
        any = heardMillis[number] < millis;
      }
      if (!any) {
        return false;
      }
      SeriesTable living = new SeriesTable();
      List<T> kept = new ArrayList<>();
      long[] heard = new long[heardMillis.length];
      for (int number = 0; number < values.size(); number++) {
        if (heardMillis[number] >= millis) {
          heard[living.add(table.high(number), table.low(number))] = heardMillis[number];
          kept.add(values.get(number));
        }
      }
      table = living;
      values = kept;
      heardMillis = heard;
      return true;
    }
  }

  /** Is a leaf's results, a series of one sample each. */
  private static final class Leaf {
    private final Table<StandingSeries> rows = new Table<>();
    private boolean named;
    private StandingSeries[] sorted = NONE;
    private boolean stale;
    private @Nullable String failure;
  }

  private final Table<Labels> known = new Table<>();
  private Leaf[] leaves = {};
  private long version;
  private long sweptMillis = Long.MIN_VALUE;

  /** Takes the labels that results tell. */
  void know(LeafResults results) {
    for (int series = 0; series < results.size(); series++) {
      Labels labels = results.labels(series);
      if (labels != null) {
        long high = results.ids()[2 * series];
        long low = results.ids()[2 * series + 1];
        int number = known.find(high, low);
        number = number < 0 ? known.add(high, low, labels) : number;
        known.heardMillis[number] = Math.max(known.heardMillis[number], results.tickMillis());
      }
    }
  }

  /** Returns results that tell all labels, as far as they are known. */
  LeafResults labelled(LeafResults results) {
    @Nullable Labels[] labels = new @Nullable Labels[results.size()];
    for (int series = 0; series < labels.length; series++) {
      int number = known.find(results.ids()[2 * series], results.ids()[2 * series + 1]);
      labels[series] = number < 0 ? null : known.values.get(number);
    }
    return results.with(labels);
  }

  /**
   * Makes the results of all shards those that the rules see.
   *
   * @param expressions the leaves
   * @param queryMillis when they were evaluated, in milliseconds since the epoch
   * @return how many results are left out since their series' labels are not known
   */
  long load(List<Expression> expressions, Collection<LeafResults> shards, long queryMillis) {
    prepare(expressions);
    version++;
    long unknown = 0;
    for (int number = 0; number < leaves.length; number++) {
      Leaf leaf = leaves[number];
      leaf.failure = null;
      for (LeafResults shard : shards) {
        unknown += add(leaf, shard, shard.leaves().get(number), queryMillis);
      }
      for (int row = 0; row < leaf.rows.values.size(); row++) {
        if (leaf.rows.heardMillis[row] != queryMillis) {
          leaf.rows.values.get(row).dropBefore(queryMillis);
        }
      }
    }
    sweep(queryMillis);
    return unknown;
  }

  private void prepare(List<Expression> expressions) {
    if (leaves.length != expressions.size()) {
      leaves = new Leaf[expressions.size()];
      for (int number = 0; number < leaves.length; number++) {
        leaves[number] = new Leaf();
        leaves[number].named = Decomposition.keepsName(expressions.get(number));
      }
    }
  }

  private long add(Leaf leaf, LeafResults shard, LeafColumn column, long queryMillis) {
    if (column.failure() != null) {
      leaf.failure = leaf.failure == null ? column.failure() : leaf.failure;
      return 0;
    }
    long unknown = 0;
    // hot: once for each result; allocates for new ones only.
    for (int i = 0; i < column.series().length; i++) {
      long high = shard.ids()[2 * column.series()[i]];
      long low = shard.ids()[2 * column.series()[i] + 1];
      int row = leaf.rows.find(high, low);
      if (row < 0) {
        int number = known.find(high, low);
        if (number < 0) {
          unknown++;
          continue;
        }
        Labels labels = known.values.get(number);
        row =
            leaf.rows.add(
                high, low, new StandingSeries(leaf.named ? labels : Decomposition.common(labels)));
        leaf.stale = true;
      }
      leaf.rows.heardMillis[row] = queryMillis;
      StandingSeries samples = leaf.rows.values.get(row);
      samples.dropBefore(queryMillis);
      samples.add(queryMillis, column.values()[i], column.histogram(i));
    }
    return unknown;
  }

  private void sweep(long millis) {
    if (sweptMillis != Long.MIN_VALUE && millis - sweptMillis < SWEEP_MILLIS) {
      return;
    }
    sweptMillis = millis;
    for (Leaf leaf : leaves) {
      leaf.stale |= leaf.rows.removeBefore(millis - LiveWindows.KNOWN_MILLIS);
    }
    forgetLabels(millis);
  }

  /** Forgets labels that would have been told again if anything needed them. */
  void forgetLabels(long millis) {
    known.removeBefore(millis - LiveWindows.KNOWN_MILLIS);
  }

  /** Lets every rule that looks at series fail at this tick. */
  void fail(List<Expression> expressions, String why) {
    prepare(expressions);
    version++;
    for (Leaf leaf : leaves) {
      leaf.failure = why;
    }
  }

  @Override
  public StandingSeries[] standing(List<Matcher> matchers) {
    int number = Decomposition.leaf(matchers);
    if (number == Matcher.NO_LEAF) {
      return NONE;
    }
    Leaf leaf = leaves[number];
    if (leaf.failure != null) {
      throw new LeafFailure(leaf.failure);
    }
    if (leaf.stale) {
      leaf.sorted = sorted(leaf.rows);
      leaf.stale = false;
    }
    return leaf.sorted;
  }

  private static StandingSeries[] sorted(Table<StandingSeries> rows) {
    record Row(SeriesId id, StandingSeries samples) {}
    Row[] all = new Row[rows.values.size()];
    for (int row = 0; row < all.length; row++) {
      SeriesId id = new SeriesId(rows.table.high(row), rows.table.low(row));
      all[row] = new Row(id, rows.values.get(row));
    }
    Arrays.sort(all, Comparator.comparing(Row::id));
    StandingSeries[] sorted = new StandingSeries[all.length];
    for (int row = 0; row < all.length; row++) {
      sorted[row] = all[row].samples();
    }
    return sorted;
  }

  @Override
  public long version() {
    return version;
  }
}
