package dev.guanlan.codec.loki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.LabelCollector;
import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class LabelsTextTest {

  private static Labels read(String text) throws MalformedPayloadException {
    DecoderLimits limits = DecoderLimits.DEFAULTS;
    HeapBudget budget = new HeapBudget(limits);
    return new LabelsText(limits, new LabelCollector(limits, budget)).read(text);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "labels.csv",
      delimiter = ';',
      quoteCharacter = '\u0001',
      ignoreLeadingAndTrailingWhitespace = false,
      numLinesToSkip = 1)
  void readsLabelsOrTellsWhatIsWrong(String text, String expected) throws Exception {
    if (expected.startsWith("!at least")) {
      assertThat(read(text)).as("refused where the stream ends").isEqualTo(Labels.EMPTY);
    } else if (expected.startsWith("!")) {
      assertThatThrownBy(() -> read(text))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("error parsing labels")
          .hasMessageContaining(expected.substring(1))
          .hasMessageContaining("; write them as");
    } else {
      List<String> pairs = new ArrayList<>();
      read(text).forEach((name, value) -> pairs.add(name + "=" + value));
      assertThat(String.join(" ", pairs)).isEqualTo(expected);
    }
  }

  /** Whatever a value is, its Go literal means it. */
  @Property(tries = 500)
  void readsWhatGoWrites(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    StringBuilder value = new StringBuilder("x");
    StringBuilder literal = new StringBuilder("x");
    for (int i = random.nextInt(20); i > 0; i--) {
      int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x11000);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        continue;
      }
      value.appendCodePoint(point);
      boolean plain = point >= ' ' && point != '"' && point != '\\' && random.nextBoolean();
      literal.append(
          plain ? Character.toString(point) : String.format(Locale.ROOT, "\\U%08x", point));
    }
    assertThat(read("{a=\"" + literal + "\"}")).isEqualTo(Labels.of("a", value.toString()));
    assertThat(read(Labels.of("b", value.toString(), "a", "y").toString()))
        .as("as this project writes labels")
        .isEqualTo(Labels.of("b", value.toString(), "a", "y"));
  }

  @Test
  void boundsNamesValuesAndTheirNumber() {
    assertThatThrownBy(() -> read("{" + "a".repeat(1025) + "=\"x\"}"))
        .hasMessageContaining("longer than 1024");
    assertThatThrownBy(() -> read("{a=\"" + "x".repeat((16 << 10) + 1) + "\"}"))
        .hasMessageContaining("longer than 16384");
    StringBuilder many = new StringBuilder("{");
    for (int i = 0; i < 300; i++) {
      many.append('a').append(i).append("=\"x\",");
    }
    assertThatThrownBy(() -> read(many + "}")).hasMessageContaining("more than 256");
  }
}
