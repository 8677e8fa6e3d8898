package dev.guanlan.gateway.push;

import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;

/** Looks at the blocks that one body decodes to. */
public final class Inspection {

  private long items;

  Inspection() {}

  /**
   * Inspects samples.
   *
   * @throws Refusal if they are beyond the tenant's limits
   */
  public void samples(SampleBlock block) throws Refusal {
    items += block.sampleCount();
  }

  /**
   * Inspects log entries.
   *
   * @throws Refusal if they are beyond the tenant's limits
   */
  public void logs(LogBlock block) throws Refusal {
    items += block.entryCount();
  }

  /**
   * Inspects spans.
   *
   * @throws Refusal if they are beyond the tenant's limits
   */
  public void spans(SpanBlock block) throws Refusal {
    items += block.spanCount();
  }

  /** Inspects network flows. No limit is on them. */
  public void flows(FlowBlock block) {
    items += block.flows().size();
  }

  /** Returns how many samples, log entries, spans and flows were seen. */
  public long items() {
    return items;
  }
}
