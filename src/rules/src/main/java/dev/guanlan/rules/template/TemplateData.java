package dev.guanlan.rules.template;

import java.util.List;
import java.util.Map;

/**
 * Holds what a template can use.
 *
 * @param labels labels of the element that the alert stands for: {@code $labels}
 * @param externalLabels labels of the installation: {@code $externalLabels}
 * @param externalUrl where users reach the installation: {@code $externalURL}
 * @param value the element's value, a Double or a Histogram: {@code $value}
 * @param timestampMillis the tick in milliseconds since the epoch: {@code now}, and the time of
 *     {@code query}
 * @param queries answers {@code query}
 * @param topology where the element belongs: {@code $topology}, which Prometheus does not know
 */
public record TemplateData(
    Map<String, String> labels,
    Map<String, String> externalLabels,
    String externalUrl,
    Object value,
    long timestampMillis,
    Queries queries,
    AlertPlace topology) {

  /** Returns the same with another place. */
  public TemplateData withTopology(AlertPlace other) {
    return other.equals(topology)
        ? this
        : new TemplateData(
            labels, externalLabels, externalUrl, value, timestampMillis, queries, other);
  }

  /** Answers instant queries at the tick. */
  @FunctionalInterface
  public interface Queries {

    /** Refuses every query. */
    Queries NONE =
        promql -> {
          throw new QueryException("queries cannot be answered here");
        };

    /**
     * Returns the vector that a PromQL expression gives at the tick.
     *
     * @throws QueryException if it cannot be answered; the message is for the user
     */
    List<Sample> query(String promql) throws QueryException;
  }

  /** Says why a query in a template got no answer. */
  public static final class QueryException extends Exception {
    private static final long serialVersionUID = 1;

    /** Makes an exception with a message for the user. */
    public QueryException(String message) {
      super(message);
    }
  }

  /**
   * Is an element of a query's result.
   *
   * @param labels its labels
   * @param value its value, a Double or a Histogram
   */
  public record Sample(Map<String, String> labels, Object value) {}
}
