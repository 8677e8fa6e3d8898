package dev.guanlan.gateway.access;

import dev.guanlan.gateway.push.Permission;
import java.util.Set;

/**
 * Is somebody who is let in.
 *
 * @param name what the file calls it; may be shown and logged
 * @param permissions what it may do
 * @param tenants the tenants that it may do it for; any if it has {@link #ANY}
 * @param defaultTenant the tenant of what it sends without saying for whom
 * @param secret what it shows
 */
record Client(
    String name,
    Set<Permission> permissions,
    Set<String> tenants,
    String defaultTenant,
    Secret secret) {

  /** Stands for every tenant. */
  static final String ANY = "*";

  boolean isOf(String tenant) {
    return tenants.contains(ANY) || tenants.contains(tenant);
  }

  /** Says the name only: records would print the rest. */
  @Override
  public String toString() {
    return name;
  }
}
