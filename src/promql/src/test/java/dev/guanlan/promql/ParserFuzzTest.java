package dev.guanlan.promql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Feeds the parser what nobody would write. It has to answer with a tree or a complaint about a
 * place in the text, soon; the seed of a failure is in its message.
 */
@DisplayName("The parser, fed with nonsense")
class ParserFuzzTest {

  private static final Duration BUDGET = Duration.ofSeconds(3);

  private static final List<String> EXPRESSIONS =
      List.of(
          "sum by (job, \"a b\") (rate(http_requests_total{code=~\"5..\", env!=\"dev\"}[5m]))",
          "histogram_quantile(0.9, sum by (le) (rate(d_bucket[5m] offset -1h30m))) > bool 1e-3",
          "a / on (x) group_left (y, z) fill_left (0) fill_right (-Inf) b @ start() offset 5m",
          "max_over_time((m{a!~'b|c'} + 0x1f)[1h:step() * 2] @ 1609746000.123 offset -(1m + 1m))",
          "label_replace(up, 'dst', `$1`, \"src\", \"(.*)\\u00e9\\xff\") unless ignoring (q) topk(3, x)",
          "m[min_of(5m, range()) ^ 2 % 3h] smoothed or {\"utf8.name\", 'k'=\"v\"} anchored",
          "-1 ^ 2 + +Inf - NaN * (((1d2h)))",
          "limit_ratio(-0.5, m) atan2 h </ 3 >/ 4 # a comment\n and vector(1_000)");

  private static final String[] PIECES = {
    "(", ")", "[", "]", "{", "}", ",", ":", "\"", "'", "`", "\\", "#", "@", "offset ", "by ", "-",
    "+", "*", "/", "%", "^", "=", "~", "!", "<", ">", "1", ".5", "5m", "0x", "1e", "step()",
        "range()",
    "max_of(", "start()", "fill(", "bool ", "on (", "sum(", "rate(", "é", "\uD83D", "\0", "\n", " "
  };

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void survivesMutatedExpressions() {
    fuzz(
        random -> {
          StringBuilder text = new StringBuilder(pick(random, EXPRESSIONS));
          for (int i = random.nextInt(6); i >= 0; i--) {
            mutate(text, random);
          }
          return text.toString();
        });
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void survivesAnyBytes() {
    fuzz(
        random -> {
          byte[] bytes = new byte[random.nextInt(200)];
          random.nextBytes(bytes);
          return new String(
              bytes, random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        });
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void survivesAnyPieces() {
    fuzz(
        random -> {
          StringBuilder text = new StringBuilder();
          for (int i = random.nextInt(40); i >= 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
          }
          return text.toString();
        });
  }

  @ParameterizedTest
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  @ValueSource(
      strings = {
        "(",
        "-",
        "[",
        "{",
        "\"",
        "sum(",
        "1+",
        "m[",
        "m[(",
        "m[-",
        "m[1^",
        "m offset -",
        "m[1:",
        "m[max_of(",
        "a[1m:",
        "{a=\"b\",",
        "sum by (a,",
        "a @ ",
        "1 ^ -",
        "f(1,",
        "a fill(",
        "'\\",
        "a or on (b) ",
        "a[5m:1m]",
        "5m",
        "1_0",
        "0x",
        "a:",
        "#\n",
        "m offset (",
        "{'a',"
      })
  void survivesRepetition(String piece) {
    for (int times : new int[] {10, 1_000, 20_000}) {
      check(piece.repeat(times), "repetition of " + piece);
      check(piece.repeat(times) + "m" + ")".repeat(times), "repetition of " + piece);
    }
  }

  @FunctionalInterface
  private interface Source {
    String next(Random random);
  }

  private static void fuzz(Source source) {
    long end = System.nanoTime() + BUDGET.toNanos();
    // The seeds are the same in every run; how many are tried depends on the machine.
    for (long seed = 0; seed < 20_000 && System.nanoTime() < end; seed++) {
      check(source.next(new Random(seed)), "seed " + seed);
    }
  }

  private static void check(String text, String origin) {
    Expression tree;
    try {
      tree = Parser.parse(text, ParserOptions.ALL);
    } catch (PromqlException e) {
      assertThat(e.getMessage()).as(origin).isNotBlank();
      assertThat(e.startOffset()).as(origin).isBetween(0, text.length());
      assertThat(e.endOffset()).as(origin).isBetween(e.startOffset(), text.length());
      assertThat(e.located(text)).as(origin).contains(": parse error: ");
      return;
    }
    String printed = tree.toString();
    String pretty = Prettier.format(tree);
    try {
      Expression again = Parser.parse(printed, ParserOptions.ALL);
      assertThat(again).as(origin).hasToString(printed);
      assertThat(Parser.parse(pretty, ParserOptions.ALL)).as(origin).hasToString(printed);
    } catch (PromqlException e) {
      throw new AssertionError(origin + ": what was printed is refused: " + printed, e);
    }
  }

  private static void mutate(StringBuilder text, Random random) {
    int at = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), at + random.nextInt(8));
    switch (random.nextInt(5)) {
      case 0 -> text.delete(at, to);
      case 1 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
      case 2 -> text.insert(at, text.substring(at, to));
      case 3 -> text.replace(at, to, PIECES[random.nextInt(PIECES.length)]);
      default -> {
        String other = pick(random, EXPRESSIONS);
        int from = random.nextInt(other.length());
        text.insert(at, other, from, from + random.nextInt(other.length() - from));
      }
    }
  }

  private static String pick(Random random, List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }
}
