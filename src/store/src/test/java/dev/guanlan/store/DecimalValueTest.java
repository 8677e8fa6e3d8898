package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A decimal value")
final class DecimalValueTest {

  @ParameterizedTest(name = "{0} is {1} with the scale {2}")
  @CsvSource({
    "0, 0, 0",
    "12345678901, 12345678901, 0",
    "-7, -7, 0",
    "0.1, 1, 1",
    "3.75, 375, 2",
    "-0.005, -5, 3",
    "1234567.123456789, 1234567123456789, 9",
    "9007199254740991, 9007199254740991, 0"
  })
  void hasDigitsAndScale(double value, long digits, int scale) {
    assertThat(DecimalValue.scale(value)).isEqualTo(scale);
    assertThat(DecimalValue.digits(value, scale)).isEqualTo(digits);
    assertThat(DecimalValue.value(digits, scale)).isEqualTo(value);
  }

  @ParameterizedTest(name = "{0} keeps its bits")
  @CsvSource({
    "-0.0",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e300",
    "1e-10",
    "9007199254740992",
    "0.3333333333333333"
  })
  void keepsBits(double value) {
    assertThat(DecimalValue.scale(value)).isEqualTo(DecimalValue.NONE);
    assertThat(DecimalValue.digits(value, DecimalValue.NONE))
        .isEqualTo(Double.doubleToRawLongBits(value));
  }

  @Property
  void everyNumberComesBackBitByBit(@ForAll long bits) {
    assertComesBack(Double.longBitsToDouble(bits));
  }

  @Property
  void everyPrintedDecimalComesBackAtItsScale(
      @ForAll @LongRange(min = -9007199254740991L, max = 9007199254740991L) long digits,
      @ForAll @IntRange(max = DecimalValue.MOST) int scale) {
    double value = Double.parseDouble(digits + "e-" + scale);
    assertComesBack(value);
    assertThat(DecimalValue.scale(value)).isBetween(digits == 0 ? 0 : DecimalValue.NONE, scale);
  }

  private static void assertComesBack(double value) {
    int scale = DecimalValue.scale(value);
    double back = DecimalValue.value(DecimalValue.digits(value, scale), scale);
    assertThat(Double.doubleToRawLongBits(back)).isEqualTo(Double.doubleToRawLongBits(value));
  }
}
