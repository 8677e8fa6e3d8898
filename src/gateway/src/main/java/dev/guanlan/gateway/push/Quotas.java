package dev.guanlan.gateway.push;

/** Knows every tenant's quota. */
@FunctionalInterface
public interface Quotas {

  /** Returns what a tenant may push, as of now. */
  Quota of(String tenant);
}
