package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.util.Map;

/**
 * Configures how groups are evaluated.
 *
 * @param resendDelayMillis how long after sending an alert it is sent again, in milliseconds
 * @param limitKeepsFirst whether a rule with more alerts or series than its group's limit keeps the
 *     first of them, in the order of labels, instead of none as in Prometheus
 * @param externalLabels labels of the installation, added to every notification that lacks them
 * @param tenantLabels tell the alerts of the groups' tenant from equal ones of others: every
 *     notification has them, and labels of an alert that say something else get other names; may be
 *     empty
 * @param externalUrl where users reach the installation, without a slash at the end; may be empty
 */
public record EvaluationSettings(
    long resendDelayMillis,
    boolean limitKeepsFirst,
    Map<String, String> externalLabels,
    Labels tenantLabels,
    String externalUrl) {

  /** As Prometheus has them: resends every minute, nothing beyond a limit, no external labels. */
  public static final EvaluationSettings DEFAULTS =
      new EvaluationSettings(60_000, false, Map.of(), "");

  /** Makes settings of groups whose tenant their notifications do not name. */
  public EvaluationSettings(
      long resendDelayMillis,
      boolean limitKeepsFirst,
      Map<String, String> externalLabels,
      String externalUrl) {
    this(resendDelayMillis, limitKeepsFirst, externalLabels, Labels.EMPTY, externalUrl);
  }

  /** Makes settings; the map is copied. */
  public EvaluationSettings {
    externalLabels = Maps.sortedCopy(externalLabels);
  }
}
