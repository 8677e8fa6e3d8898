package dev.guanlan.gateway.push;

import dev.guanlan.codec.Excerpt;

/**
 * Is how large something may be.
 *
 * @param bytes the most that it may have
 * @param name what the limit is called, and whose it is
 */
public record SizeLimit(int bytes, String name) {

  /** Makes a limit that an option of the gateway sets for all. */
  public static SizeLimit ofGateway(int bytes, String option) {
    return new SizeLimit(bytes, option + " of the gateway");
  }

  /** Makes a limit that the file of limits sets for a tenant. */
  public static SizeLimit ofTenant(int bytes, String limit, String tenant) {
    return new SizeLimit(bytes, limit + " of the tenant " + Excerpt.of(tenant));
  }

  /** Makes the refusal of what {@code is} larger, such as "the body is larger". */
  Refusal refusal(String is) {
    return new Refusal(
        Refusal.Reason.TOO_LARGE,
        is
            + " than "
            + bytes
            + " bytes, which is "
            + name
            + "; send smaller batches, or have the limit raised");
  }
}
