package dev.guanlan.gateway.push;

import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;

/** Lets every tenant push as much as the gateway itself can take. */
public final class Unlimited implements Quotas, Quota, Inspection {

  private final PushLimits limits;

  /** Makes the quota of everybody. */
  public Unlimited(PushLimits limits) {
    this.limits = limits;
  }

  @Override
  public Quota of(String tenant) {
    return this;
  }

  @Override
  public SizeLimit body() {
    return SizeLimit.ofGateway(limits.maxBodyBytes(), "--max-body-bytes");
  }

  @Override
  public SizeLimit decompressed() {
    return SizeLimit.ofGateway(limits.maxDecompressedBytes(), "--max-decompressed-bytes");
  }

  @Override
  public Inspection admit(int bytes) {
    return this;
  }

  @Override
  public void ruleGroup(String name, int rules) {
    // The body's size has bounded it already.
  }

  @Override
  public void ruleGroups(int groups) {
    // Whoever runs the gateway without limits trusts its tenants.
  }

  @Override
  public void samples(SampleBlock block) {
    // The decoder has bounded it already.
  }

  @Override
  public void logs(LogBlock block) {
    // The decoder has bounded it already.
  }

  @Override
  public void spans(SpanBlock block) {
    // The decoder has bounded it already.
  }

  @Override
  public void flows(FlowBlock block) {
    // The decoder has bounded it already.
  }
}
