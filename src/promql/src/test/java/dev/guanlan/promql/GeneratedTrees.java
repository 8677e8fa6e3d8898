package dev.guanlan.promql;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generates well-typed trees without positions. */
final class GeneratedTrees {

  private static final Position NONE = Position.NONE;

  private static final Map<Integer, Arbitrary<Expression>> VECTORS = new HashMap<>();
  private static final Map<Integer, Arbitrary<Expression>> SCALARS = new HashMap<>();

  private GeneratedTrees() {}

  static Arbitrary<Expression> any() {
    return Arbitraries.oneOf(vector(3), scalar(2), range(3));
  }

  /** Returns trees of at most {@code depth} levels; each level is built once. */
  static Arbitrary<Expression> vector(int depth) {
    Arbitrary<Expression> known = VECTORS.get(depth);
    if (known == null) {
      known = newVector(depth);
      VECTORS.put(depth, known);
    }
    return known;
  }

  private static Arbitrary<Expression> newVector(int depth) {
    Arbitrary<Expression> selector = selector().map(selected -> selected);
    if (depth == 0) {
      return selector;
    }
    return Arbitraries.oneOf(
        selector,
        call(depth, ValueType.INSTANT_VECTOR),
        aggregate(depth),
        vectors(depth),
        withScalar(depth),
        vector(depth - 1).map(inner -> new Expression.Parentheses(inner, NONE)),
        unary(vector(depth - 1)));
  }

  static Arbitrary<Expression> scalar(int depth) {
    Arbitrary<Expression> known = SCALARS.get(depth);
    if (known == null) {
      known = newScalar(depth);
      SCALARS.put(depth, known);
    }
    return known;
  }

  private static Arbitrary<Expression> newScalar(int depth) {
    if (depth == 0) {
      return number();
    }
    return Arbitraries.oneOf(
        number(),
        call(depth, ValueType.SCALAR),
        unary(scalar(depth - 1)),
        Combinators.combine(scalar(depth - 1), arithmetic(), scalar(depth - 1))
            .as(
                (left, operator, right) ->
                    new Expression.Binary(
                        operator, false, wrapped(left), wrapped(right), null, NONE)),
        scalar(depth - 1).map(inner -> new Expression.Parentheses(inner, NONE)));
  }

  private static Arbitrary<Expression> number() {
    Arbitrary<Expression> numbers =
        Arbitraries.oneOf(
                Arbitraries.doubles(),
                Arbitraries.of(0d, 1d, Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE, -0d))
            .map(value -> new Expression.NumberLiteral(value, NONE));
    Arbitrary<Expression> durations =
        Arbitraries.longs()
            .between(-1L << 40, 1L << 40)
            .map(millis -> new Expression.NumberLiteral(millis / 1e3, true, NONE));
    return Arbitraries.oneOf(numbers, durations);
  }

  private static Arbitrary<Expression> range(int depth) {
    Arbitrary<DurationExpression> computed = GeneratedDurations.computed().injectNull(0.5);
    Arbitrary<Expression> selected =
        Combinators.combine(selector(), millis(), computed)
            .as(
                (selector, millis, duration) ->
                    new Expression.RangeSelector(
                        selector, duration == null ? millis : 0, duration, NONE));
    Arbitrary<Expression> subquery =
        Combinators.combine(
                vector(depth - 1),
                millis(),
                computed,
                Arbitraries.oneOf(Arbitraries.just(0L), millis()),
                computed,
                shift())
            .as(
                (inner, range, rangeExpression, step, stepExpression, shift) ->
                    new Expression.Subquery(
                        wrapped(inner),
                        rangeExpression == null ? range : 0,
                        rangeExpression,
                        stepExpression == null ? step : 0,
                        stepExpression,
                        shift,
                        NONE));
    return Arbitraries.oneOf(selected, subquery);
  }

  private static Arbitrary<Long> millis() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(1, Durations.MAX_MILLIS),
        Arbitraries.of(1L, 1_000L, 300_000L, 604_800_000L, 31_536_000_000L));
  }

  private static Arbitrary<Shift> shift() {
    Arbitrary<Long> offsets =
        Arbitraries.oneOf(Arbitraries.just(0L), millis(), millis().map(millis -> -millis));
    Arbitrary<At> ats =
        Arbitraries.oneOf(
            Arbitraries.of(new At(At.Anchor.START, 0), new At(At.Anchor.END, 0)),
            Arbitraries.longs()
                .between(-1L << 50, 1L << 50)
                .map(millis -> new At(At.Anchor.TIMESTAMP, millis)));
    return Combinators.combine(
            offsets, ats.injectNull(0.6), GeneratedDurations.offset().injectNull(0.6))
        .as((millis, at, offset) -> new Shift(offset == null ? millis : 0, at, offset));
  }

  private static Arbitrary<Expression.VectorSelector> selector() {
    return selector(
        Arbitraries.of("", "m", "job:rate:sum", "sum", "offset", "rate", "START", "Or", "min_of"));
  }

  private static Arbitrary<Expression.VectorSelector> selector(Arbitrary<String> names) {
    return Combinators.combine(
            names, matcher().list().ofMaxSize(4), shift(), Arbitraries.of(Extension.class))
        .as(
            (name, matchers, shifted, extension) -> {
              List<Matcher> all = new ArrayList<>();
              all.add(
                  name.isEmpty()
                      ? new Matcher("job", MatcherType.EQUAL, "api")
                      : new Matcher(Labels.METRIC_NAME, MatcherType.EQUAL, name));
              all.addAll(matchers);
              return new Expression.VectorSelector(name, all, shifted, extension, NONE);
            });
  }

  private static Arbitrary<Matcher> matcher() {
    Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(5).filter(GeneratedTrees::isText);
    return Combinators.combine(labelName(), Arbitraries.of(MatcherType.class), texts)
        .as(
            (name, type, value) ->
                type == MatcherType.EQUAL || type == MatcherType.NOT_EQUAL
                    ? new Matcher(name, type, value)
                    : new Matcher(name, type, com.google.re2j.Pattern.quote(value)));
  }

  private static boolean isText(String text) {
    return text.codePoints().noneMatch(c -> c >= 0xD800 && c < 0xE000);
  }

  private static Arbitrary<String> labelName() {
    return Arbitraries.of("a", "_b", "by", "le", "with space", "ä", "1digit", "quo\"te", "a.b");
  }

  private static Arbitrary<Expression> call(int depth, ValueType type) {
    List<Function> functions =
        Arrays.stream(Function.values()).filter(function -> function.returns() == type).toList();
    return Arbitraries.of(functions)
        .flatMap(
            function -> {
              List<Arbitrary<Expression>> arguments = new ArrayList<>();
              for (ValueType argument : function.arguments()) {
                arguments.add(
                    switch (argument) {
                      case SCALAR -> scalar(depth - 1);
                      case INSTANT_VECTOR ->
                          function == Function.INFO && !arguments.isEmpty()
                              ? selector(Arbitraries.just("")).map(selected -> selected)
                              : vector(depth - 1);
                      case RANGE_VECTOR -> range(depth);
                      case STRING -> string();
                    });
              }
              return Combinators.combine(arguments)
                  .as(values -> new Expression.Call(function, values, NONE));
            });
  }

  private static Arbitrary<Expression> string() {
    return Arbitraries.strings()
        .ofMaxLength(6)
        .filter(GeneratedTrees::isText)
        .map(text -> new Expression.StringLiteral(text, NONE));
  }

  private static Arbitrary<Expression> aggregate(int depth) {
    List<Aggregator> aggregators = Arrays.asList(Aggregator.values());
    return Combinators.combine(
            Arbitraries.of(aggregators),
            scalar(depth - 1),
            string(),
            vector(depth - 1),
            Arbitraries.of(true, false),
            labelName().list().uniqueElements().ofMaxSize(3))
        .as(
            (aggregator, scalar, string, vector, without, grouping) -> {
              Expression parameter =
                  aggregator.parameter() == null
                      ? null
                      : aggregator.parameter() == ValueType.STRING ? string : scalar;
              return new Expression.Aggregate(
                  aggregator, parameter, vector, without, grouping, NONE);
            });
  }

  private static Arbitrary<BinaryOperator> arithmetic() {
    return Arbitraries.of(BinaryOperator.class)
        .filter(operator -> !operator.isSet() && !operator.isComparison());
  }

  private static Arbitrary<Expression> withScalar(int depth) {
    return Combinators.combine(
            Arbitraries.of(BinaryOperator.class).filter(operator -> !operator.isSet()),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            vector(depth - 1),
            scalar(depth - 1))
        .as(
            (operator, bool, swapped, vector, scalar) ->
                new Expression.Binary(
                    operator,
                    bool && operator.isComparison(),
                    wrapped(swapped ? scalar : vector),
                    wrapped(swapped ? vector : scalar),
                    null,
                    NONE));
  }

  private static Arbitrary<Expression> vectors(int depth) {
    Arbitrary<VectorMatching> matchings =
        Combinators.combine(
                Arbitraries.of(VectorMatching.Cardinality.class)
                    .filter(c -> c != VectorMatching.Cardinality.MANY_TO_MANY),
                Arbitraries.of(true, false),
                Arbitraries.of("a", "b", "with space").list().ofMaxSize(2),
                Arbitraries.of("c", "d", "ä").list().ofMaxSize(2),
                fill(),
                fill())
            .as(
                (cardinality, on, labels, include, left, right) ->
                    new VectorMatching(
                        cardinality,
                        on,
                        labels,
                        cardinality == VectorMatching.Cardinality.ONE_TO_ONE ? List.of() : include,
                        left,
                        right));
    return Combinators.combine(
            Arbitraries.of(BinaryOperator.class),
            Arbitraries.of(true, false),
            vector(depth - 1),
            vector(depth - 1),
            matchings)
        .as(
            (operator, bool, left, right, matching) ->
                new Expression.Binary(
                    operator,
                    bool && operator.isComparison(),
                    wrapped(left),
                    wrapped(right),
                    operator.isSet()
                        ? new VectorMatching(
                            VectorMatching.Cardinality.MANY_TO_MANY,
                            matching.on(),
                            matching.labels(),
                            List.of())
                        : matching,
                    NONE));
  }

  private static Arbitrary<Double> fill() {
    return Arbitraries.of(0d, -1.5, Double.NaN, Double.NEGATIVE_INFINITY, 1e-9).injectNull(0.6);
  }

  private static Arbitrary<Expression> unary(Arbitrary<Expression> operand) {
    return Combinators.combine(Arbitraries.of(true, false), operand)
        .as(
            (negative, inner) ->
                new Expression.Unary(negative, new Expression.Parentheses(inner, NONE), NONE));
  }

  /** Puts parentheses where the tree could not be written without. */
  private static Expression wrapped(Expression expression) {
    boolean alone =
        expression instanceof Expression.VectorSelector
            || expression instanceof Expression.Call
            || expression instanceof Expression.Aggregate
            || expression instanceof Expression.Parentheses;
    return alone ? expression : new Expression.Parentheses(expression, NONE);
  }
}
