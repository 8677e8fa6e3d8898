package dev.guanlan.store;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import java.util.List;
import java.util.Map;

/** Writes matchers as conditions on the table of series. */
final class SeriesConditions {

  private SeriesConditions() {}

  /**
   * Writes the conditions. They let pass what the matchers choose, and perhaps more: what decides
   * is {@link Matcher#allMatch}.
   *
   * @param parameters takes the values that the conditions name
   */
  static String of(List<Matcher> matchers, Map<String, String> parameters) {
    StringBuilder conditions = new StringBuilder();
    for (int i = 0; i < matchers.size(); i++) {
      Matcher matcher = matchers.get(i);
      String value = "{value%d:String}".formatted(i);
      String label = "metric";
      if (!matcher.name().equals(Labels.METRIC_NAME)) {
        // A label that is not there is the empty text in the map, as it is to a matcher.
        label = "labels[{name%d:String}]".formatted(i);
        parameters.put("name" + i, matcher.name());
      }
      parameters.put("value" + i, value(matcher));
      conditions
          .append(" AND ")
          .append(
              switch (matcher.type()) {
                case EQUAL -> label + " = " + value;
                case NOT_EQUAL -> label + " != " + value;
                case REGEX -> "match(" + label + ", " + value + ")";
                case NOT_REGEX -> "NOT match(" + label + ", " + value + ")";
              });
    }
    return conditions.toString();
  }

  private static String value(Matcher matcher) {
    return switch (matcher.type()) {
      case EQUAL, NOT_EQUAL -> matcher.value();
      // Both sides are RE2. PromQL's dot is any character and its expression the whole text.
      case REGEX, NOT_REGEX -> "^(?s:" + matcher.value() + ")$";
    };
  }
}
