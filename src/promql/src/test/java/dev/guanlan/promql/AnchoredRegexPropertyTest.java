package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

@Label("A regular expression with short cuts")
class AnchoredRegexPropertyTest {

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.of("a", "b", "ab", "|", ".*", ".+", ".", "(a|b)", "a?", "\\.", "-", "")
        .list()
        .ofMaxSize(5)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("ab.-\n").ofMaxLength(6);
  }

  @Property(tries = 5000)
  @Label("matches what the automaton matches")
  void matchesTheSame(@ForAll("patterns") String pattern, @ForAll("texts") String text) {
    boolean expected = Pattern.compile("(?s:" + pattern + ")").matches(text);
    assertThat(new AnchoredRegex(pattern).matches(text)).isEqualTo(expected);
  }
}
