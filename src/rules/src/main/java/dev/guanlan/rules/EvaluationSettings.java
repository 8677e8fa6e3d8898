package dev.guanlan.rules;

import java.util.Map;

/**
 * Configures how groups are evaluated.
 *
 * @param resendDelayMillis how long after sending an alert it is sent again, in milliseconds
 * @param externalLabels labels of the installation, added to every notification that lacks them
 * @param externalUrl where users reach the installation, without a slash at the end; may be empty
 */
public record EvaluationSettings(
    long resendDelayMillis, Map<String, String> externalLabels, String externalUrl) {

  /** As Prometheus has them: resends every minute, no external labels. */
  public static final EvaluationSettings DEFAULTS = new EvaluationSettings(60_000, Map.of(), "");

  /** Makes settings; the map is copied. */
  public EvaluationSettings {
    externalLabels = Maps.sortedCopy(externalLabels);
  }
}
