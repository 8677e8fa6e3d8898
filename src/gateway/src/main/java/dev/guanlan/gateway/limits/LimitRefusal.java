package dev.guanlan.gateway.limits;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.gateway.push.Refusal;

/** Words the refusal of what is beyond a limit. */
final class LimitRefusal {

  private LimitRefusal() {}

  /**
   * Makes the refusal.
   *
   * @param limit the limit's name, as in the file
   * @param offender what is beyond it, bounded and escaped
   * @param remedy what to do
   */
  static Refusal of(String tenant, String limit, long value, String offender, String remedy) {
    return new Refusal(
        Refusal.Reason.LIMIT,
        offender
            + ", beyond "
            + limit
            + " = "
            + value
            + " of the tenant "
            + Excerpt.of(tenant)
            + "; "
            + remedy
            + ", or have the limit raised");
  }
}
