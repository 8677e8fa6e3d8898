package dev.guanlan.gateway.push;

import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;

/** Looks at the blocks that one body decodes to. For one thread. */
public interface Inspection {

  /**
   * Inspects samples.
   *
   * @throws Refusal if they are beyond the tenant's limits
   */
  void samples(SampleBlock block) throws Refusal;

  /**
   * Inspects log entries.
   *
   * @throws Refusal if they are beyond the tenant's limits
   */
  void logs(LogBlock block) throws Refusal;

  /**
   * Inspects spans.
   *
   * @throws Refusal if they are beyond the tenant's limits
   */
  void spans(SpanBlock block) throws Refusal;

  /**
   * Inspects network flows.
   *
   * @throws Refusal if they are beyond the tenant's limits
   */
  void flows(FlowBlock block) throws Refusal;
}
