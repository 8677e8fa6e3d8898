package dev.guanlan.gateway.push;

import com.linecorp.armeria.common.RequestHeaders;

/** Decides by a request's headers whether it is let in, and for whom its data is. */
public interface Admission {

  /**
   * Returns whether {@link #tenantOf} would compute for long, so that it must not be called on an
   * event loop.
   */
  default boolean isSlow(RequestHeaders headers) {
    return false;
  }

  /**
   * Returns the tenant that a push is for.
   *
   * @throws Refusal if nobody known sends it, or if the sender may not push for this tenant
   */
  String tenantOf(RequestHeaders headers) throws Refusal;
}
