package dev.guanlan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.histogram.Counts;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "5, 5",
    "0.005, 0.005",
    "0.1, 0.1",
    "2.5, 2.5",
    "-7.25, -7.25",
    "1e6, 1000000",
    "1e22, 10000000000000000000000",
    "1e-7, 0.0000001",
    "2.0E-3, 0.002",
    "9007199254740993, 9007199254740992",
    "Infinity, +Inf",
    "-Infinity, -Inf",
    "NaN, NaN",
    "5.684341886080802E-14, 0.00000000000005684341886080802"
  })
  void writesWithoutExponent(double value, String text) {
    assertThat(Numbers.plain(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1.5, 1.5",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "-1.25e22, -1.25e+22",
    "0.000001, 0.000001",
    "1e-7, 1e-7",
    "1.5e-9, 1.5e-9",
    "4.9E-324, 5e-324"
  })
  void writesAsJson(double value, String text) {
    assertThat(Numbers.json(value)).isEqualTo(text);
  }

  @Property
  void readsBackAsTheSameNumber(@ForAll double value) {
    assertThat(Double.parseDouble(Numbers.plain(value))).isEqualTo(value);
    assertThat(Double.parseDouble(Numbers.json(value))).isEqualTo(value);
  }

  @Example
  void countsBeyondTheSignBit() {
    assertThat(Counts.ofUnsigned(-1)).isEqualTo(0x1p64);
    assertThat(Counts.ofUnsigned(Long.MIN_VALUE)).isEqualTo(0x1p63);
    assertThat(Counts.ofUnsigned(7)).isEqualTo(7.0);
  }
}
