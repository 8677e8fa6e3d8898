package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.util.Map;

/**
 * Configures how groups are evaluated.
 *
 * @param resendDelayMillis how long after sending an alert it is sent again, in milliseconds
 * @param limitKeepsFirst whether a rule with more alerts or series than its group's limit keeps the
 *     first of them, in the order of labels, instead of none as in Prometheus
 * @param maxAlerts how many alerts a rule may have that are pending or fire; with more it fails, as
 *     soon as that is known. No more are kept of those that are resolved
 * @param maxCharacters how many characters the labels and annotations of all alerts of a rule may
 *     be expanded to at a tick; with more it fails. No more are kept of those that are resolved
 * @param textTimeoutMillis how long expanding them may take at a tick, in milliseconds; a rule that
 *     takes longer fails
 * @param externalLabels labels of the installation, added to every notification that lacks them
 * @param tenantLabels tell the alerts of the groups' tenant from equal ones of others: every
 *     notification has them, and labels of an alert that say something else get other names; may be
 *     empty
 * @param externalUrl where users reach the installation, without a slash at the end; may be empty
 */
public record EvaluationSettings(
    long resendDelayMillis,
    boolean limitKeepsFirst,
    int maxAlerts,
    long maxCharacters,
    long textTimeoutMillis,
    Map<String, String> externalLabels,
    Labels tenantLabels,
    String externalUrl) {

  /**
   * As Prometheus has them: resends every minute, nothing beyond a group's limit, no other bounds,
   * no external labels.
   */
  public static final EvaluationSettings DEFAULTS =
      new EvaluationSettings(
          60_000, false, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Map.of(), "");

  /** Makes settings of groups whose tenant their notifications do not name. */
  public EvaluationSettings(
      long resendDelayMillis,
      boolean limitKeepsFirst,
      int maxAlerts,
      long maxCharacters,
      long textTimeoutMillis,
      Map<String, String> externalLabels,
      String externalUrl) {
    this(
        resendDelayMillis,
        limitKeepsFirst,
        maxAlerts,
        maxCharacters,
        textTimeoutMillis,
        externalLabels,
        Labels.EMPTY,
        externalUrl);
  }

  /** Makes settings; the map is copied. */
  public EvaluationSettings {
    externalLabels = Maps.sortedCopy(externalLabels);
  }
}
