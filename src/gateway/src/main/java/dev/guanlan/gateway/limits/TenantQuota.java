package dev.guanlan.gateway.limits;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.gateway.push.Inspection;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.gateway.push.Quota;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.gateway.push.SizeLimit;
import dev.guanlan.model.Flow;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Holds one push to the limits of its tenant. A body counts as bytes whatever becomes of it, as
 * items only if nothing in it is beyond a limit.
 */
final class TenantQuota implements Quota, Inspection {

  private static final long NANOS_A_MILLI = 1_000_000;

  private final String tenant;
  private final TenantLimits limits;
  private final PushLimits gateway;
  private final Function<String, Meter> meters;
  private final LongSupplier nanos;
  private final LabelLimits labelLimits;
  private final TimeLimits timeLimits;

  TenantQuota(
      String tenant,
      TenantLimits limits,
      PushLimits gateway,
      Function<String, Meter> meters,
      long nowMillis,
      LongSupplier nanos) {
    this.tenant = tenant;
    this.limits = limits;
    this.gateway = gateway;
    this.meters = meters;
    this.nanos = nanos;
    this.labelLimits = new LabelLimits(tenant, limits);
    this.timeLimits = new TimeLimits(tenant, limits, nowMillis);
  }

  @Override
  public SizeLimit body() {
    return least(
        limits.maxBodyBytes(), "max_body_bytes", gateway.maxBodyBytes(), "--max-body-bytes");
  }

  @Override
  public SizeLimit decompressed() {
    return least(
        limits.maxDecompressedBytes(),
        "max_decompressed_bytes",
        gateway.maxDecompressedBytes(),
        "--max-decompressed-bytes");
  }

  private SizeLimit least(int own, String limit, int ofAll, String option) {
    return own == 0 || own > ofAll
        ? SizeLimit.ofGateway(ofAll, option)
        : SizeLimit.ofTenant(own, limit, tenant);
  }

  @Override
  public void ruleGroup(String name, int rules) throws Refusal {
    if (limits.maxRulesPerGroup() > 0 && rules > limits.maxRulesPerGroup()) {
      throw LimitRefusal.of(
          tenant,
          "max_rules_per_group",
          limits.maxRulesPerGroup(),
          "the rule group " + Excerpt.of(name) + " has " + rules + " rules",
          "split it");
    }
  }

  @Override
  public void ruleGroups(int groups) throws Refusal {
    if (limits.maxRuleGroups() > 0 && groups > limits.maxRuleGroups()) {
      throw LimitRefusal.of(
          tenant,
          "max_rule_groups",
          limits.maxRuleGroups(),
          "there would be " + groups + " rule groups",
          "put rules together that have one interval, or delete groups");
    }
  }

  @Override
  public Inspection admit(int bytes) throws Refusal {
    if (limits.bytesPerSecond() > 0) {
      take(
          meters.apply(tenant).bytes, bytes, limits.bytesPerSecond(), limits.bytesBurst(), "bytes");
    }
    return this;
  }

  @Override
  public void samples(SampleBlock block) throws Refusal {
    for (int series = 0; series < block.seriesCount(); series++) {
      labelLimits.check("series", block.labels(series));
      if (timeLimits.any()) {
        for (int i = block.firstSample(series); i < block.endSample(series); i++) {
          if (timeLimits.isBeyond(block.timestamp(i))) {
            throw timeLimits.refusal(
                "a sample of the series " + Excerpt.of(block.labels(series).toString()),
                block.timestamp(i));
          }
        }
      }
    }
    if (limits.maxActiveSeries() > 0) {
      long now = nanos.getAsLong();
      ActiveSeries active = meters.apply(tenant).series(limits.maxActiveSeries(), now);
      if (active == null) {
        throw new Refusal(
            Refusal.Reason.OVERLOADED,
            "the gateway has no memory to count the series of the tenant "
                + Excerpt.of(tenant)
                + " too, which max_active_series asks for; give it more heap (-Xmx), or send again"
                + " a little later");
      }
      int tooMany = active.note(block, now);
      if (tooMany >= 0) {
        throw LimitRefusal.of(
            tenant,
            "max_active_series",
            limits.maxActiveSeries(),
            "the body brings new series, as "
                + Excerpt.of(block.labels(tooMany).toString())
                + ", while "
                + active.count()
                + " are active",
            "drop labels that change often, such as ids");
      }
    }
    takeItems(block.sampleCount(), "samples");
  }

  @Override
  public void logs(LogBlock block) throws Refusal {
    for (LogBlock.ResourceLogs group : block.resources()) {
      labelLimits.check("log stream", group.resource());
      if (timeLimits.any()) {
        for (LogEntry entry : group.entries()) {
          checkTime("a log entry of ", group.resource(), entry.timestampNanos());
        }
      }
    }
    takeItems(block.entryCount(), "log entries");
  }

  @Override
  public void spans(SpanBlock block) throws Refusal {
    if (timeLimits.any()) {
      for (SpanBlock.ResourceSpans group : block.resources()) {
        for (Span span : group.spans()) {
          checkTime("a span of ", group.resource(), timeOf(span.startNanos(), span.endNanos()));
        }
      }
    }
    takeItems(block.spanCount(), "spans");
  }

  @Override
  public void flows(FlowBlock block) throws Refusal {
    if (timeLimits.any()) {
      for (Flow flow : block.flows()) {
        long time = timeOf(flow.startNanos(), flow.endNanos());
        if (isBeyond(time)) {
          throw beyond("a flow from ", flow.clientAddress() + " to " + flow.serverAddress(), time);
        }
      }
    }
    takeItems(block.flows().size(), "flows");
  }

  private static long timeOf(long startNanos, long endNanos) {
    return endNanos == 0 ? startNanos : endNanos;
  }

  private void checkTime(String what, Object whose, long timestampNanos) throws Refusal {
    if (isBeyond(timestampNanos)) {
      throw beyond(what, whose, timestampNanos);
    }
  }

  private boolean isBeyond(long timestampNanos) {
    // What has no time, which is 0, gets that of its arrival.
    return timestampNanos != 0 && timeLimits.isBeyond(timestampNanos / NANOS_A_MILLI);
  }

  private Refusal beyond(String what, Object whose, long timestampNanos) {
    return timeLimits.refusal(what + Excerpt.of(whose.toString()), timestampNanos / NANOS_A_MILLI);
  }

  private void takeItems(int count, String what) throws Refusal {
    if (limits.itemsPerSecond() > 0) {
      take(meters.apply(tenant).items, count, limits.itemsPerSecond(), limits.itemsBurst(), what);
    }
  }

  private void take(TokenBucket bucket, int count, long perSecond, long burst, String what)
      throws Refusal {
    String limit = what.equals("bytes") ? "bytes" : "items";
    if (count > burst) {
      throw new Refusal(
          Refusal.Reason.TOO_LARGE,
          "the body has "
              + count
              + " "
              + what
              + ", and the tenant "
              + Excerpt.of(tenant)
              + " may send "
              + limit
              + "_burst = "
              + burst
              + " at once; send smaller batches");
    }
    Duration wait = bucket.take(count, perSecond, burst, nanos.getAsLong());
    if (!wait.isZero()) {
      throw new Refusal(
          Refusal.Reason.RATE,
          "the tenant "
              + Excerpt.of(tenant)
              + " sends more than "
              + limit
              + "_per_second = "
              + perSecond
              + " (a burst of "
              + burst
              + "), with "
              + count
              + " "
              + what
              + " in this body; send again in "
              + wait.toMillis()
              + " ms, or less",
          wait);
    }
  }
}
