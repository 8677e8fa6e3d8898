package dev.guanlan.promql.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.promql.Aggregator;
import dev.guanlan.promql.BinaryOperator;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Extension;
import dev.guanlan.promql.Function;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.Shift;
import dev.guanlan.promql.Trees;
import dev.guanlan.promql.VectorMatching;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sees to it that our scripts evaluate, not merely refuse, everything the language has. */
@DisplayName("Our scripts together")
class ScriptCoverageTest {

  private static final Set<Function> FUNCTIONS = EnumSet.noneOf(Function.class);
  private static final Set<Aggregator> AGGREGATORS = EnumSet.noneOf(Aggregator.class);
  private static final Set<BinaryOperator> OPERATORS = EnumSet.noneOf(BinaryOperator.class);
  private static final Set<MatcherType> MATCHERS = EnumSet.noneOf(MatcherType.class);
  private static final Set<Extension> EXTENSIONS = EnumSet.noneOf(Extension.class);

  /** What can modify a selector, operator or aggregation, as far as the scripts use it. */
  private static final Set<String> MODIFIERS = new TreeSet<>();

  @BeforeAll
  static void readScripts() throws Exception {
    for (Path file : ScriptFilesTest.files()) {
      for (Command command : Script.parse(Files.readString(file))) {
        if (command instanceof Command.Eval eval && eval.expected().failures.isEmpty()) {
          visit(parsed(file, eval));
        }
      }
    }
  }

  private static Expression parsed(Path file, Command.Eval eval) throws IOException {
    try {
      return Parser.parse(eval.expression(), ParserOptions.ALL);
    } catch (PromqlException e) {
      throw new IOException(file + " line " + eval.line() + ": " + e.getMessage(), e);
    }
  }

  private static void visit(Expression expression) {
    if (expression instanceof Expression.Call call) {
      FUNCTIONS.add(call.function());
    } else if (expression instanceof Expression.Aggregate aggregate) {
      AGGREGATORS.add(aggregate.aggregator());
      note(aggregate.without(), "without");
      note(!aggregate.without() && !aggregate.grouping().isEmpty(), "by");
    } else if (expression instanceof Expression.Binary binary) {
      OPERATORS.add(binary.operator());
      note(binary.bool(), "bool");
      noteMatching(binary.matching());
    } else if (expression instanceof Expression.Unary unary) {
      note(true, unary.negative() ? "unary -" : "unary +");
    } else if (expression instanceof Expression.VectorSelector selector) {
      selector.matchers().stream().map(Matcher::type).forEach(MATCHERS::add);
      EXTENSIONS.add(selector.extension());
      noteShift(selector.shift());
    } else if (expression instanceof Expression.RangeSelector range) {
      note(range.range() != null, "computed range");
    } else if (expression instanceof Expression.Subquery subquery) {
      note(subquery.stepMillis() == 0 && subquery.step() == null, "subquery without a step");
      note(subquery.stepMillis() != 0, "subquery with a step");
      note(subquery.range() != null, "computed range of a subquery");
      note(subquery.step() != null, "computed step of a subquery");
      noteShift(subquery.shift());
    }
    Trees.children(expression).forEach(ScriptCoverageTest::visit);
  }

  private static void noteShift(Shift shift) {
    note(shift.offsetMillis() > 0, "offset");
    note(shift.offsetMillis() < 0, "negative offset");
    note(shift.offset() != null, "computed offset");
    note(shift.at() != null, "@ " + (shift.at() == null ? "" : shift.at().anchor()));
  }

  private static void noteMatching(@Nullable VectorMatching matching) {
    if (matching != null) {
      note(matching.on(), "on");
      note(!matching.on() && !matching.labels().isEmpty(), "ignoring");
      note(true, String.valueOf(matching.cardinality()));
      note(!matching.include().isEmpty(), "included labels");
      note(matching.fillLeft() != null, "fill_left");
      note(matching.fillRight() != null, "fill_right");
    }
  }

  private static void note(boolean there, String modifier) {
    if (there) {
      MODIFIERS.add(modifier);
    }
  }

  @Test
  void callEveryFunction() {
    assertThat(EnumSet.complementOf(EnumSet.copyOf(FUNCTIONS))).isEmpty();
  }

  @Test
  void useEveryAggregator() {
    assertThat(EnumSet.complementOf(EnumSet.copyOf(AGGREGATORS))).isEmpty();
  }

  @Test
  void useEveryOperator() {
    assertThat(EnumSet.complementOf(EnumSet.copyOf(OPERATORS))).isEmpty();
  }

  @Test
  void useEveryMatcherAndExtension() {
    assertThat(EnumSet.complementOf(EnumSet.copyOf(MATCHERS))).isEmpty();
    assertThat(EnumSet.complementOf(EnumSet.copyOf(EXTENSIONS))).isEmpty();
  }

  @Test
  void useEveryModifier() {
    assertThat(MODIFIERS)
        .contains(
            "@ END",
            "@ START",
            "@ TIMESTAMP",
            "bool",
            "by",
            "computed offset",
            "computed range",
            "computed range of a subquery",
            "computed step of a subquery",
            "fill_left",
            "fill_right",
            "ignoring",
            "included labels",
            "negative offset",
            "offset",
            "on",
            "subquery with a step",
            "subquery without a step",
            "unary +",
            "unary -",
            "without")
        .containsAll(cardinalities());
  }

  private static Set<String> cardinalities() {
    Set<String> names = new TreeSet<>();
    for (VectorMatching.Cardinality cardinality : VectorMatching.Cardinality.values()) {
      names.add(cardinality.toString());
    }
    return names;
  }
}
