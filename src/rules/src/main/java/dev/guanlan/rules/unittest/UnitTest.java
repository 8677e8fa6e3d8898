package dev.guanlan.rules.unittest;

import java.util.List;
import java.util.Map;

/**
 * Holds one test: series, and what is expected of them.
 *
 * @param name the test's name; may be empty
 * @param intervalMillis time between two samples of the input, in milliseconds
 * @param startMillis time of the first samples and the first tick, in milliseconds since the epoch
 * @param inputSeries the input
 * @param alertCases which alerts are to fire
 * @param expressionCases what expressions are to give
 * @param externalLabels labels of the installation
 * @param externalUrl where users reach the installation; may be empty
 */
record UnitTest(
    String name,
    long intervalMillis,
    long startMillis,
    List<InputSeries> inputSeries,
    List<AlertCase> alertCases,
    List<ExpressionCase> expressionCases,
    Map<String, String> externalLabels,
    String externalUrl) {

  /**
   * Is a series as it is written.
   *
   * @param line the line of the file
   * @param series its name and labels
   * @param values its values in expanding notation
   */
  record InputSeries(int line, String series, String values) {}

  /**
   * Says which alerts of a name fire at a time.
   *
   * @param line the line of the file
   * @param evalTimeMillis the time since the test's start in milliseconds
   * @param alertName the name; empty is an error
   * @param expected the alerts, all of them
   */
  record AlertCase(int line, long evalTimeMillis, String alertName, List<AlertTexts> expected) {}

  /**
   * Says what an expression gives at a time.
   *
   * @param line the line of the file
   * @param expr the PromQL text
   * @param evalTimeMillis the time since the test's start in milliseconds
   * @param expected the elements of the result, all of them
   */
  record ExpressionCase(
      int line, String expr, long evalTimeMillis, List<ExpectedSample> expected) {}

  /**
   * Is an element of a result as it is written.
   *
   * @param labels the series
   * @param value the number; 0 where a histogram is expected
   * @param histogram the histogram in series notation, or empty for a number
   */
  record ExpectedSample(String labels, double value, String histogram) {}

  /** Returns the last time that anything is expected at, in milliseconds since the start. */
  long lastEvalTimeMillis() {
    long last = 0;
    for (AlertCase alerts : alertCases) {
      last = Math.max(last, alerts.evalTimeMillis());
    }
    for (ExpressionCase expression : expressionCases) {
      last = Math.max(last, expression.evalTimeMillis());
    }
    return last;
  }

  /** Returns how many expectations there are. */
  int cases() {
    return alertCases.size() + expressionCases.size();
  }
}
