package dev.guanlan.store;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Matcher;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Reads the samples of series that PromQL's matchers choose. First the series are found, then their
 * samples by key, some hundred series at a time. Safe for many threads.
 */
public final class SampleReader {

  /** How many series' samples are asked for at once: their keys travel in the request's address. */
  private static final int SERIES_AT_ONCE = 500;

  /** Of how many parts the series are found at once: their labels are in memory all together. */
  private static final int PARTS_AT_ONCE = 4;

  private static final int MOST_SLICES = 100;

  /** How many samples a piece has, about: who takes pieces holds little at a time. */
  private static final long SAMPLES_OF_PIECE = 200_000;

  /** How many numbers a piece has at most, however many its series have. */
  private static final long MOST_NUMBERS_OF_PIECE = 300_000;

  /** How many histograms: each of them may have hundreds of buckets. */
  private static final long MOST_HISTOGRAMS_OF_PIECE = 20_000;

  /** How many series the first piece is of, while it is not known how many samples they have. */
  private static final int SERIES_OF_FIRST_PIECE = 10;

  private static final long KEY_AND_SAMPLE_BYTES = 32;
  private static final long MOST_ANSWER_BYTES = 1L << 30;
  private static final int ANSWER_MARGIN_BYTES = 64 << 20;

  private static final String FIND =
      "SELECT key, any((metric, mapKeys(labels), mapValues(labels))) FROM series"
          + " WHERE tenant = {tenant:String}"
          + " AND day >= toDate(fromUnixTimestamp64Milli({from:Int64}, 'UTC'))"
          + " AND day <= toDate(fromUnixTimestamp64Milli({to:Int64}, 'UTC'))"
          + " AND key %% {slices:UInt8} = {slice:UInt8}%s"
          + " GROUP BY key, id LIMIT {limit:UInt64} FORMAT RowBinary";

  private static final String BEHIND =
      " WHERE key IN {keys:Array(UInt128)} AND timestamp > fromUnixTimestamp64Milli({from:Int64})"
          + " AND timestamp <= fromUnixTimestamp64Milli({to:Int64})"
          + " ORDER BY key, timestamp LIMIT {limit:UInt64} FORMAT RowBinary";

  private static final String NUMBERS =
      "SELECT key, toUnixTimestamp64Milli(timestamp), value FROM samples" + BEHIND;

  private static final String HISTOGRAMS =
      "SELECT key, toUnixTimestamp64Milli(timestamp), CAST(reset_hint, 'Int8'), schema,"
          + " zero_threshold, zero_count, count, sum, `positive.index`, `positive.count`,"
          + " `negative.index`, `negative.count`, custom_bounds FROM histograms"
          + BEHIND;

  private final ClickHouseHttp clickHouse;
  private final int maxSeries;
  private final long maxSamples;

  /**
   * Makes a reader.
   *
   * @param maxSeries how many series a read may choose
   * @param maxSamples how many samples it may give
   */
  public SampleReader(ClickHouseHttp clickHouse, int maxSeries, long maxSamples) {
    this.clickHouse =
        clickHouse.withMaxAnswerBytes(
            (int)
                Math.min(
                    MOST_ANSWER_BYTES, ANSWER_MARGIN_BYTES + KEY_AND_SAMPLE_BYTES * maxSamples));
    this.maxSeries = maxSeries;
    this.maxSamples = maxSamples;
  }

  /** Is the key that a series' rows are found by. */
  private record Key(long high, long low) {

    static Key read(RowInput row) {
      long low = row.int64();
      return new Key(row.int64(), low);
    }

    /** Returns the number as ClickHouse reads it. */
    String text() {
      return unsigned(high).shiftLeft(64).or(unsigned(low)).toString();
    }

    /** Compares as ClickHouse does. */
    int compare(Key other) {
      int highs = Long.compareUnsigned(high, other.high);
      return highs != 0 ? highs : Long.compareUnsigned(low, other.low);
    }

    private static BigInteger unsigned(long half) {
      return new BigInteger(Long.toUnsignedString(half));
    }
  }

  private record Found(Labels labels, long fromMillis) {}

  /**
   * Is what is asked for at once.
   *
   * @param keys of the series
   * @param afterMillis after which time at least, whatever is asked for of each series
   */
  private record Stretch(List<Key> keys, long afterMillis) {}

  /**
   * Is what was answered.
   *
   * @param rest what was asked for and is not in the answer, in its order
   */
  private record Page(SampleBlock block, List<Stretch> rest) {}

  /**
   * Is a part of the series that selections choose.
   *
   * @param chosen tells which are of it
   * @param parts how many such parts there are, all of about one size
   */
  public record Part(Predicate<Labels> chosen, int parts) {

    /** Is all of them. */
    public static final Part WHOLE = new Part(labels -> true, 1);
  }

  /** Takes what is read, piece by piece. */
  @FunctionalInterface
  public interface Pieces {

    /** Takes a piece; nothing more is read before it returns. */
    void take(SampleBlock piece) throws InterruptedException;
  }

  /**
   * Reads the samples that any of several selections choose, each once; in each block a series'
   * samples ascend. Numbers and histograms come in blocks of their own. All of them are in memory
   * at once.
   *
   * @param toMillis up to which time, in milliseconds since the epoch
   * @throws ReadLimitException if there are more series or samples than this reader reads
   */
  public List<SampleBlock> read(String tenant, List<SampleSelection> selections, long toMillis)
      throws ClickHouseException, ReadLimitException, InterruptedException {
    List<SampleBlock> blocks = new ArrayList<>();
    Map<Key, Found> series = find(tenant, selections, toMillis, Part.WHOLE);
    List<Key> keys = new ArrayList<>(series.keySet());
    long samples = 0;
    for (int from = 0; from < keys.size(); from += SERIES_AT_ONCE) {
      List<Key> some = keys.subList(from, Math.min(keys.size(), from + SERIES_AT_ONCE));
      samples += read(tenant, some, series, toMillis, maxSamples - samples, blocks::add);
    }
    return blocks;
  }

  /**
   * Reads the samples of a part of the series that any of several selections choose, as {@link
   * #read(String, List, long)} does, but holds no more than a piece at a time. A series with very
   * many samples comes in several pieces, which ascend.
   *
   * @param toMillis up to which time, in milliseconds since the epoch
   * @throws ReadLimitException if the part has more series or samples than this reader reads
   */
  public void read(
      String tenant, List<SampleSelection> selections, long toMillis, Part part, Pieces pieces)
      throws ClickHouseException, ReadLimitException, InterruptedException {
    Map<Key, Found> series = find(tenant, selections, toMillis, part);
    List<Key> keys = new ArrayList<>(series.keySet());
    long samples = 0;
    int count = SERIES_OF_FIRST_PIECE;
    for (int from = 0; from < keys.size(); ) {
      List<Key> some = keys.subList(from, Math.min(keys.size(), from + count));
      samples += read(tenant, some, series, toMillis, maxSamples - samples, pieces);
      from += some.size();
      long fitting = SAMPLES_OF_PIECE * from / Math.max(1, samples);
      count = (int) Math.max(1, Math.min(SERIES_AT_ONCE, fitting));
    }
  }

  /** Reads the samples of some series; returns how many there are. */
  private long read(
      String tenant,
      List<Key> keys,
      Map<Key, Found> series,
      long toMillis,
      long limit,
      Pieces pieces)
      throws ClickHouseException, ReadLimitException, InterruptedException {
    long samples = 0;
    for (String statement : List.of(NUMBERS, HISTOGRAMS)) {
      Deque<Stretch> left = new ArrayDeque<>(List.of(new Stretch(keys, Long.MIN_VALUE)));
      for (Stretch next = left.poll(); next != null; next = left.poll()) {
        Page page = samples(tenant, statement, next, series, toMillis, limit - samples);
        page.rest().forEach(left::addLast);
        samples += page.block().sampleCount();
        if (page.block().sampleCount() > 0) {
          pieces.take(page.block());
        }
      }
    }
    return samples;
  }

  private Map<Key, Found> find(
      String tenant, List<SampleSelection> selections, long toMillis, Part part)
      throws ClickHouseException, ReadLimitException, InterruptedException {
    Map<Key, Found> series = new LinkedHashMap<>();
    for (SampleSelection selection : selections) {
      find(tenant, selection, toMillis, part, series);
    }
    return series;
  }

  private void find(
      String tenant, SampleSelection selection, long toMillis, Part part, Map<Key, Found> series)
      throws ClickHouseException, ReadLimitException, InterruptedException {
    Map<String, String> parameters = new TreeMap<>();
    String conditions = SeriesConditions.of(selection.matchers(), parameters);
    parameters.put("tenant", tenant);
    parameters.put("from", Long.toString(selection.fromMillis()));
    parameters.put("to", Long.toString(toMillis));
    long limit = (long) maxSeries * part.parts();
    parameters.put("limit", Long.toString(limit + 1));
    int slices = Math.min(MOST_SLICES, (part.parts() + PARTS_AT_ONCE - 1) / PARTS_AT_ONCE);
    parameters.put("slices", Integer.toString(slices));
    for (int slice = 0; slice < slices; slice++) {
      parameters.put("slice", Integer.toString(slice));
      find(FIND.formatted(conditions), parameters, selection, part, limit, series);
    }
  }

  private void find(
      String statement,
      Map<String, String> parameters,
      SampleSelection selection,
      Part part,
      long limit,
      Map<Key, Found> series)
      throws ClickHouseException, ReadLimitException, InterruptedException {
    RowInput row = new RowInput(clickHouse.answer(statement, parameters));
    for (long rows = 0; row.hasNext(); rows++) {
      Key key = Key.read(row);
      Labels labels = labels(row);
      if (Matcher.allMatch(selection.matchers(), labels) && part.chosen().test(labels)) {
        series.merge(
            key,
            new Found(labels, selection.fromMillis()),
            (known, more) -> known.fromMillis() <= more.fromMillis() ? known : more);
      }
      if (series.size() > maxSeries || rows == limit) {
        throw new ReadLimitException(
            "there are more than %d series, the last of them for %s"
                .formatted(rows == limit ? limit : maxSeries, selection.matchers()));
      }
    }
  }

  private static Labels labels(RowInput row) {
    Map<String, String> labels = new HashMap<>();
    String metric = row.string();
    if (!metric.isEmpty()) {
      labels.put(Labels.METRIC_NAME, metric);
    }
    String[] names = row.strings();
    String[] values = row.strings();
    for (int i = 0; i < names.length; i++) {
      labels.put(names[i], values[i]);
    }
    return Labels.of(labels);
  }

  private Page samples(
      String tenant,
      String statement,
      Stretch stretch,
      Map<Key, Found> series,
      long toMillis,
      long limit)
      throws ClickHouseException, ReadLimitException, InterruptedException {
    long from = Long.MAX_VALUE;
    for (Key key : stretch.keys()) {
      from = Math.min(from, series.get(key).fromMillis());
    }
    long most = statement.equals(HISTOGRAMS) ? MOST_HISTOGRAMS_OF_PIECE : MOST_NUMBERS_OF_PIECE;
    Map<String, String> parameters =
        Map.of(
            "keys",
                stretch.keys().stream().map(Key::text).collect(Collectors.joining(",", "[", "]")),
            "from", Long.toString(Math.max(from, stretch.afterMillis())),
            "to", Long.toString(toMillis),
            "limit", Long.toString(Math.min(limit, most) + 1));
    RowInput row = new RowInput(clickHouse.answer(statement, parameters));
    SampleBlock.Builder block = SampleBlock.builder(tenant, Origin.NONE);
    Key current = null;
    boolean begun = false;
    long after = 0;
    long timestamp = 0;
    for (long rows = 0; row.hasNext(); rows++) {
      if (rows == limit) {
        throw new ReadLimitException("there are more than %d samples".formatted(maxSamples));
      }
      if (rows == most) {
        return new Page(block.build(), rest(stretch, Objects.requireNonNull(current), timestamp));
      }
      Key key = Key.read(row);
      timestamp = row.int64();
      Histogram histogram = null;
      double value = 0;
      if (statement.equals(HISTOGRAMS)) {
        histogram = histogram(row);
      } else {
        value = row.float64();
      }
      if (!key.equals(current)) {
        current = key;
        begun = false;
        after = Math.max(series.get(key).fromMillis(), stretch.afterMillis());
      }
      // A row that an agent has sent twice is there twice.
      if (timestamp <= after) {
        continue;
      }
      after = timestamp;
      if (!begun) {
        begun = true;
        block.series(series.get(key).labels());
      }
      if (histogram == null) {
        block.sample(timestamp, value);
      } else {
        block.histogram(timestamp, histogram);
      }
    }
    return new Page(block.build(), List.of());
  }

  /** Returns what comes behind a row: more of its series, which may begin later than others. */
  private static List<Stretch> rest(Stretch stretch, Key last, long timestampMillis) {
    List<Key> behind = stretch.keys().stream().filter(key -> key.compare(last) > 0).toList();
    Stretch same = new Stretch(List.of(last), timestampMillis);
    return behind.isEmpty()
        ? List.of(same)
        : List.of(same, new Stretch(behind, stretch.afterMillis()));
  }

  private static Histogram histogram(RowInput row) {
    ResetHint hint =
        switch (row.int8()) {
          case 1 -> ResetHint.RESET;
          case 2 -> ResetHint.NOT_RESET;
          case 3 -> ResetHint.GAUGE;
          default -> ResetHint.UNKNOWN;
        };
    int schema = row.int8();
    double zeroThreshold = row.float64();
    double zeroCount = row.float64();
    double count = row.float64();
    double sum = row.float64();
    Buckets positive = buckets(row);
    Buckets negative = buckets(row);
    return new Histogram(
        hint, schema, zeroThreshold, zeroCount, count, sum, positive, negative, row.doubles());
  }

  private static Buckets buckets(RowInput row) {
    int[] indexes = row.ints();
    return Buckets.of(indexes, row.doubles(), indexes.length);
  }
}
