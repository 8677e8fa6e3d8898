package dev.guanlan.gateway.limits;

import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.gateway.push.Quota;
import dev.guanlan.gateway.push.Quotas;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Holds every tenant to its limits, by what this gateway sees: a tenant that pushes to three
 * gateways may push three times as much.
 *
 * <p>Who invents tenants fills no memory: the meters of those unseen for a minute go first, and
 * when all are in use the newcomers share one. Counting active series takes an eighth of the heap
 * at most.
 */
public final class LimitedQuotas implements Quotas {

  private static final int MAX_TENANTS = 10_000;
  private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Supplier<LimitsFile> file;
  private final PushLimits gateway;
  private final LongSupplier millis;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<String, Meter> meters = new ConcurrentHashMap<>();
  private final FilterMemory filters = new FilterMemory(Runtime.getRuntime().maxMemory() / 8);
  private final Meter newcomers = new Meter(filters);

  /**
   * Makes the quotas.
   *
   * @param file the limits, as of now
   * @param gateway what no tenant's limit can be beyond
   * @param millis the time, in milliseconds since the epoch
   * @param nanos a clock that only goes forward
   */
  public LimitedQuotas(
      Supplier<LimitsFile> file, PushLimits gateway, LongSupplier millis, LongSupplier nanos) {
    this.file = file;
    this.gateway = gateway;
    this.millis = millis;
    this.nanos = nanos;
  }

  @Override
  public Quota of(String tenant) {
    return new TenantQuota(
        tenant, file.get().of(tenant), gateway, this::meterOf, millis.getAsLong(), nanos);
  }

  private Meter meterOf(String tenant) {
    long now = nanos.getAsLong();
    Meter meter = meters.get(tenant);
    if (meter == null) {
      if (meters.size() >= MAX_TENANTS || filters.isScarce()) {
        meters.values().removeIf(known -> isForgotten(known, now));
      }
      meter =
          meters.size() >= MAX_TENANTS
              ? newcomers
              : meters.computeIfAbsent(tenant, first -> new Meter(filters));
    }
    meter.use(now);
    return meter;
  }

  private static boolean isForgotten(Meter meter, long now) {
    if (now - meter.usedAtNanos() <= IDLE_NANOS) {
      return false;
    }
    meter.forgetSeries();
    return true;
  }
}
