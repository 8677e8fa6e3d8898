package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.promql.Position;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SlidingExtremeTest {

  /** Few numbers, so that many are equal, and some that are none. */
  @Provide
  Arbitrary<List<Double>> numbers() {
    return Arbitraries.of(-1.0, 0.0, 1.0, 2.0, Double.NaN, Double.NEGATIVE_INFINITY)
        .list()
        .ofMinSize(1)
        .ofMaxSize(100);
  }

  @Property
  void equalsARescanOfEachWindow(
      @ForAll("numbers") List<Double> first,
      @ForAll("numbers") List<Double> second,
      @ForAll @IntRange(min = 1, max = 40) int length,
      @ForAll @IntRange(min = 1, max = 50) int stride,
      @ForAll boolean least) {
    SlidingExtreme sliding = new SlidingExtreme(least);
    for (List<Double> numbers : List.of(first, second)) {
      sliding.begin();
      Window window = new Window(0, new Position(0, 1), new Annotations());
      window.values = numbers.stream().mapToDouble(Double::doubleValue).toArray();
      for (int to = 1; to <= numbers.size(); to += stride) {
        window.from = Math.max(0, to - length);
        window.to = to;

        assertThat(sliding.apply(window)).isEqualTo(Double.valueOf(rescanned(window, least)));
      }
    }
  }

  private static double rescanned(Window window, boolean least) {
    double extreme = Double.NaN;
    for (int i = window.from; i < window.to; i++) {
      double value = window.values[i];
      boolean better = least ? value < extreme : value > extreme;
      extreme = Double.isNaN(extreme) || better ? value : extreme;
    }
    return extreme;
  }
}
