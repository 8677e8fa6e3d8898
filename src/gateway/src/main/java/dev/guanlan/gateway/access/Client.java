package dev.guanlan.gateway.access;

import java.util.Set;

/**
 * Is somebody who may push.
 *
 * @param name what the file calls it; may be shown and logged
 * @param tenants the tenants that it may push for; anything if it has {@link #ANY}
 * @param defaultTenant the tenant of what it pushes without saying for whom
 * @param secret what it shows
 */
record Client(String name, Set<String> tenants, String defaultTenant, Secret secret) {

  /** Stands for every tenant. */
  static final String ANY = "*";

  boolean mayPushFor(String tenant) {
    return tenants.contains(ANY) || tenants.contains(tenant);
  }

  /** Says the name only: records would print the rest. */
  @Override
  public String toString() {
    return name;
  }
}
