package dev.guanlan.gateway.push;

import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;

/** Counts what a body holds, and has another inspection judge it. */
final class CountingInspection implements Inspection {

  private final Inspection judge;
  private long items;

  CountingInspection(Inspection judge) {
    this.judge = judge;
  }

  /** Returns how many samples, log entries, spans and flows were seen. */
  long items() {
    return items;
  }

  @Override
  public void samples(SampleBlock block) throws Refusal {
    items += block.sampleCount();
    judge.samples(block);
  }

  @Override
  public void logs(LogBlock block) throws Refusal {
    items += block.entryCount();
    judge.logs(block);
  }

  @Override
  public void spans(SpanBlock block) throws Refusal {
    items += block.spanCount();
    judge.spans(block);
  }

  @Override
  public void flows(FlowBlock block) throws Refusal {
    items += block.flows().size();
    judge.flows(block);
  }
}
