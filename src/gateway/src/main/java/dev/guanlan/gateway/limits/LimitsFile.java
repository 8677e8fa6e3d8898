package dev.guanlan.gateway.limits;

import dev.guanlan.gateway.file.Section;
import dev.guanlan.gateway.push.Tenants;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Holds the limits of every tenant, from a file such as
 *
 * <pre>
 * defaults:
 *   items_per_second: 50000
 *   max_labels: 40
 * tenants:
 *   shop: { items_per_second: 200000, items_burst: 1000000 }
 * </pre>
 */
public final class LimitsFile {

  private final TenantLimits defaults;
  private final Map<String, TenantLimits> byTenant;

  private LimitsFile(TenantLimits defaults, Map<String, TenantLimits> byTenant) {
    this.defaults = defaults;
    this.byTenant = byTenant;
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  public static LimitsFile parse(byte[] content) {
    Section root = Section.parse(content).only(Set.of("defaults", "tenants"));
    TenantLimits defaults = TenantLimits.parse(root.section("defaults"), TenantLimits.NONE);
    Section tenants = root.section("tenants");
    Map<String, TenantLimits> byTenant = new HashMap<>();
    for (String tenant : tenants.names()) {
      if (!Tenants.isName(tenant)) {
        throw new IllegalArgumentException(
            "tenants has what is no tenant's name; use a-z A-Z 0-9 ! - _ . * ' ( )");
      }
      byTenant.put(tenant, TenantLimits.parse(tenants.section(tenant), defaults));
    }
    return new LimitsFile(defaults, byTenant);
  }

  TenantLimits of(String tenant) {
    return byTenant.getOrDefault(tenant, defaults);
  }
}
