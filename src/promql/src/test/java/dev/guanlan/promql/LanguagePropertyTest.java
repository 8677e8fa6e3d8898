package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

@Label("The language")
class LanguagePropertyTest {

  @Provide
  Arbitrary<Expression> trees() {
    return GeneratedTrees.any();
  }

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  @Label("prints every tree as text that parses back to it")
  void printsWhatItParses(@ForAll("trees") Expression tree) throws PromqlException {
    Expression parsed = Parser.parse(tree.toString(), ParserOptions.ALL);
    assertThat(Stripped.of(parsed, false)).isEqualTo(Stripped.of(tree, false));
    assertThat(parsed).hasToString(tree.toString());
  }

  @Provide
  Arbitrary<String> nonsense() {
    List<String> parts =
        List.of(
            "sum",
            "by",
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            "m",
            "rate",
            "5m",
            "1",
            "0x",
            "1e",
            "\"a\"",
            "'",
            "`",
            "=~",
            "!=",
            "==",
            "^",
            "-",
            "+",
            "*",
            "offset",
            "@",
            "start()",
            ",",
            "on",
            "group_left",
            "bool",
            ":",
            "::",
            "#",
            "\n",
            "\\",
            "and",
            "or",
            "NaN",
            "a=",
            "le");
    Arbitrary<String> words =
        Arbitraries.of(parts).list().ofMaxSize(25).map(list -> String.join(" ", list));
    Arbitrary<String> tight =
        Arbitraries.of(parts).list().ofMaxSize(25).map(l -> String.join("", l));
    Arbitrary<String> bytes =
        Arbitraries.bytes()
            .array(byte[].class)
            .ofMaxSize(60)
            .map(array -> new String(array, StandardCharsets.ISO_8859_1));
    return Arbitraries.oneOf(words, tight, bytes, Arbitraries.strings().ofMaxLength(60));
  }

  @Property(tries = 5000, edgeCases = EdgeCasesMode.NONE)
  @Label("answers anything with a tree or a located complaint")
  void answersAnything(@ForAll("nonsense") String text) {
    try {
      Expression tree = Parser.parse(text, ParserOptions.ALL);
      assertThat(Parser.parse(tree.toString(), ParserOptions.ALL)).hasToString(tree.toString());
    } catch (PromqlException e) {
      assertThat(e.getMessage()).isNotBlank();
      assertThat(e.startOffset()).isBetween(0, text.length());
      assertThat(e.endOffset()).isBetween(e.startOffset(), text.length());
    }
  }
}
