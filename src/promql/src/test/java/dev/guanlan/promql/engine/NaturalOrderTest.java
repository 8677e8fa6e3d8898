package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

@Label("The natural order")
class NaturalOrderTest {

  @Test
  void takesRunsOfDigitsForNumbers() {
    List<String> sorted =
        List.of("", "2", "10", "4m5", "4m600", "4m1000", "a", "a1", "a1b", "a2", "a10", "b")
            .stream()
            .sorted(NaturalOrder.INSTANCE.reversed())
            .sorted(NaturalOrder.INSTANCE)
            .toList();
    assertThat(sorted)
        .containsExactly(
            "", "2", "4m5", "4m600", "4m1000", "10", "a", "a1", "a1b", "a2", "a10", "b");
  }

  @Test
  void ordersByLeadingZerosWhatIsEqualOtherwise() {
    assertThat(NaturalOrder.INSTANCE.compare("a01", "a1")).isNegative();
    assertThat(NaturalOrder.INSTANCE.compare("a01", "a2")).isNegative();
  }

  @Test
  void comparesNumbersOfAnyLength() {
    String nines = "9".repeat(40);
    assertThat(NaturalOrder.INSTANCE.compare(nines, "1" + "0".repeat(40))).isNegative();
  }

  @Property
  @Label("is a total order")
  void isATotalOrder(
      @ForAll @StringLength(max = 5) @Chars({'0', '1', '9', 'a', 'b', '-'}) String first,
      @ForAll @StringLength(max = 5) @Chars({'0', '1', '9', 'a', 'b', '-'}) String second,
      @ForAll @StringLength(max = 5) @Chars({'0', '1', '9', 'a', 'b', '-'}) String third) {
    NaturalOrder order = NaturalOrder.INSTANCE;
    int forth = Integer.signum(order.compare(first, second));
    assertThat(forth).isEqualTo(-Integer.signum(order.compare(second, first)));
    assertThat(forth == 0).isEqualTo(first.equals(second));
    if (forth < 0 && order.compare(second, third) < 0) {
      assertThat(order.compare(first, third)).isNegative();
    }
  }
}
