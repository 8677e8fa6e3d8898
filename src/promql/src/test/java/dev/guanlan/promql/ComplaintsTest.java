package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Complaints about expressions")
class ComplaintsTest {

  private static final ParserOptions NOTHING = new ParserOptions(false, false, false, false);

  /** Reads the lines of {@code complaints.txt}; {@code \n} in an expression is a line break. */
  static Stream<Arguments> complaints() throws IOException {
    try (InputStream stream = ComplaintsTest.class.getResourceAsStream("complaints.txt")) {
      String text =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> line.contains(" | "))
          .map(line -> line.split(" \\| ", 2))
          .map(parts -> Arguments.of(parts[0].replace(" \\n ", "\n"), parts[1]));
    }
  }

  @ParameterizedTest
  @MethodSource("complaints")
  void areThoseOfPrometheus(String text, String complaint) {
    assertThat(failure(text, ParserOptions.ALL).located(text)).isEqualTo(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "info(a) | 1:1: parse error: function \"info\" is not enabled",
        "1 + step() | 1:5: parse error: function \"step\" is not enabled",
        "1 + MAX_OF(1, 2) | 1:5: parse error: unknown function with name \"MAX_OF\"",
        "limitk(1, a) | 1:1: parse error: limitk() is experimental and must be enabled with"
            + " --enable-feature=promql-experimental-functions",
        "a[5m + 1m] | 1:3: parse error: experimental duration expression is not enabled",
        "a[(5m)] | 1:4: parse error: experimental duration expression is not enabled",
        "a[step()] | 1:3: parse error: experimental duration expression is not enabled",
        "a[min_of(1, 2)] | 1:3: parse error: experimental duration expression is not enabled",
        "a offset -step() | 1:10: parse error: experimental duration expression is not enabled",
        "a[5m] smoothed | 1:1: parse error: smoothed modifier is experimental and not enabled",
        "a + on (b) fill(1) c | 1:1: parse error: binop fill modifiers are experimental and not"
            + " enabled",
      })
  void tellWhatIsNotSwitchedOn(String text, String complaint) {
    assertThat(failure(text, NOTHING).located(text)).isEqualTo(complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "a + on (b) group_left fill + fill",
    "step + range + max_of + min_of + anchored",
    "m[-5m + 10m]",
    "m offset --5m",
  })
  void areNotMadeAboutOldNames(String text) {
    boolean duration = text.contains("[");
    PromqlException failure =
        catchThrowableOfType(PromqlException.class, () -> Parser.parse(text, NOTHING));
    assertThat(failure == null).isEqualTo(!duration);
  }

  private static PromqlException failure(String text, ParserOptions options) {
    PromqlException failure =
        catchThrowableOfType(PromqlException.class, () -> Parser.parse(text, options));
    assertThat(failure).as(text).isNotNull();
    return failure;
  }
}
