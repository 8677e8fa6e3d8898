package dev.guanlan.model.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Counts are whole numbers here, so that sums are exact in any order. */
class HistogramPropertyTest {

  @Property
  void noObservationIsLostInASum(
      @ForAll("histograms") Histogram left, @ForAll("histograms") Histogram right) {
    Histogram sum = sum(left, right);
    assertThat(sum.count()).isEqualTo(left.count() + right.count());
    assertThat(inBuckets(sum)).isEqualTo(sum.count());
  }

  @Property
  void sumsDoNotDependOnTheOrder(
      @ForAll("histograms") Histogram left, @ForAll("histograms") Histogram right) {
    assertThat(sum(left, right)).isEqualTo(sum(right, left));
  }

  @Property
  void sumsOfListedBoundsDoNotDependOnTheOrder(
      @ForAll("listed") Histogram left,
      @ForAll("listed") Histogram middle,
      @ForAll("listed") Histogram right) {
    assertThat(sum(sum(left, middle), right)).isEqualTo(sum(left, sum(right, middle)));
    assertThat(inBuckets(sum(left, right))).isEqualTo(left.count() + right.count());
  }

  @Property
  void whatIsAddedCanBeTakenAway(
      @ForAll("histograms") Histogram left, @ForAll("histograms") Histogram right) {
    HistogramSum sum = new HistogramSum(left);
    sum.add(right);
    sum.subtract(right);
    Histogram rest = sum.toHistogram();
    assertThat(rest.count()).isEqualTo(left.count());
    assertThat(inBuckets(rest)).isEqualTo(left.count());
    assertThat(rest.detectReset(left)).isFalse();
  }

  @Property
  void whatIsAddedToIsNotReset(
      @ForAll("histograms") Histogram before, @ForAll("histograms") Histogram added) {
    assertThat(sum(before, added).detectReset(before)).isFalse();
  }

  @Property
  void coarserSchemasCanBeReachedInSteps(@ForAll("histograms") Histogram histogram) {
    int halfway = (histogram.schema() + Histogram.LEAST_SCHEMA) >> 1;
    assertThat(histogram.toSchema(halfway).toSchema(Histogram.LEAST_SCHEMA).compact())
        .isEqualTo(histogram.toSchema(Histogram.LEAST_SCHEMA).compact());
  }

  @Property
  void trimmingSharesAllObservationsOut(
      @ForAll("histograms") Histogram histogram, @ForAll("bounds") double bound) {
    double above = histogram.trimBelow(bound).count();
    double below = histogram.trimAbove(bound).count();
    assertThat(above + below).isCloseTo(histogram.count(), within(1e-9 * (1 + histogram.count())));
  }

  @Property
  void bucketsAscend(@ForAll("histograms") Histogram histogram) {
    BucketRanges ranges = histogram.ranges();
    for (int i = 0; i < ranges.size(); i++) {
      assertThat(ranges.lower(i)).isLessThanOrEqualTo(ranges.upper(i));
      if (i > 0) {
        assertThat(ranges.lower(i)).isGreaterThanOrEqualTo(ranges.upper(i - 1));
      }
    }
  }

  private static Histogram sum(Histogram left, Histogram right) {
    HistogramSum sum = new HistogramSum(left);
    sum.add(right);
    return sum.toHistogram();
  }

  private static double inBuckets(Histogram histogram) {
    return histogram.zeroCount()
        + Histograms.total(histogram.positive())
        + Histograms.total(histogram.negative());
  }

  /** Makes histograms whose buckets end above their zero thresholds. */
  @Provide
  Arbitrary<Histogram> histograms() {
    return Combinators.combine(
            Arbitraries.integers().between(-4, 8),
            Arbitraries.of(0.0, 0.001, 0.5, 0.7, 1.0, 3.0),
            Arbitraries.integers().between(0, 9),
            sides(),
            sides())
        .as(
            (schema, threshold, zeroCount, positive, negative) ->
                Histograms.exponential(
                    schema,
                    threshold,
                    zeroCount,
                    1,
                    beyond(positive, schema, threshold),
                    beyond(negative, schema, threshold)));
  }

  private static Buckets beyond(Buckets side, int schema, double threshold) {
    int from = ZeroBuckets.ended(side, schema, threshold);
    int[] indexes = IntStream.range(from, side.size()).map(side::index).toArray();
    double[] counts = IntStream.range(from, side.size()).mapToDouble(side::count).toArray();
    return Buckets.of(indexes, counts, indexes.length);
  }

  private static Arbitrary<Buckets> sides() {
    Arbitrary<int[]> indexes =
        Arbitraries.integers()
            .between(-40, 40)
            .set()
            .ofMaxSize(12)
            .map(set -> set.stream().mapToInt(Integer::intValue).sorted().toArray());
    return indexes.flatMap(
        sorted ->
            Arbitraries.integers()
                .between(0, 9)
                .array(int[].class)
                .ofSize(sorted.length)
                .map(
                    counts ->
                        Buckets.of(
                            sorted,
                            Arrays.stream(counts).asDoubleStream().toArray(),
                            sorted.length)));
  }

  @Provide
  Arbitrary<Histogram> listed() {
    return Arbitraries.integers()
        .between(1, 8)
        .set()
        .ofMaxSize(5)
        .map(set -> set.stream().mapToDouble(Integer::doubleValue).sorted().toArray())
        .flatMap(
            bounds ->
                Arbitraries.integers()
                    .between(0, 9)
                    .array(int[].class)
                    .ofSize(bounds.length + 1)
                    .map(
                        counts ->
                            Histograms.custom(
                                bounds, 1, Arrays.stream(counts).asDoubleStream().toArray())));
  }

  @Provide
  Arbitrary<Double> bounds() {
    return Arbitraries.oneOf(
        Arbitraries.doubles().between(-10, 10),
        Arbitraries.of(-4.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0));
  }
}
