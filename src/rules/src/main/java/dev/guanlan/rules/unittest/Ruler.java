package dev.guanlan.rules.unittest;

import dev.guanlan.promql.engine.Engine;
import dev.guanlan.rules.AlertPlaces;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleException;
import java.util.List;
import java.util.Map;

/**
 * Evaluates the rule groups of tests: in memory, or by what evaluates them where they run, so that
 * one file of tests judges both.
 */
public interface Ruler {

  /**
   * Is the rules' side of a test.
   *
   * @param groups the groups in the order in which they are evaluated; they tick at the same times,
   *     whatever interval they name
   * @param engine evaluates expressions as the test asks for it
   * @param startMillis the first tick in milliseconds since the epoch
   * @param intervalMillis time between two ticks in milliseconds
   * @param lastTickMillis the last tick in milliseconds since the epoch
   * @param externalLabels labels of the installation
   * @param externalUrl where users reach the installation; may be empty
   * @param places where alerts belong
   * @param samples the input, which comes up to each tick; takes what is recorded
   */
  record Task(
      List<CompiledGroup> groups,
      Engine engine,
      long startMillis,
      long intervalMillis,
      long lastTickMillis,
      Map<String, String> externalLabels,
      String externalUrl,
      AlertPlaces places,
      InputSamples samples) {}

  /** Goes from tick to tick. */
  interface Evaluation {

    /**
     * Evaluates a tick, the input being up to it, and adds what is recorded to the samples.
     *
     * @param tickMillis the tick in milliseconds since the epoch
     * @return which rules failed, and why; the test ends if any did
     */
    List<String> tick(long tickMillis);

    /** Returns the alerts of a name that fire after the tick, those of all rules that have it. */
    List<AlertTexts> firing(String alertName);
  }

  /**
   * Starts with a test.
   *
   * @throws RuleException if the groups cannot be evaluated here
   */
  Evaluation start(Task task) throws RuleException;
}
