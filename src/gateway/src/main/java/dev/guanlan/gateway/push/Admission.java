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
   * Returns the tenant that a request is for.
   *
   * @param permission what its sender has to be let in for
   * @throws Refusal if nobody known sends it, or if the sender may not do this, or not for this
   *     tenant
   */
  String tenantOf(RequestHeaders headers, Permission permission) throws Refusal;
}
