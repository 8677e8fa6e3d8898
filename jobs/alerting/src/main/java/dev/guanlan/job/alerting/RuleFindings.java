package dev.guanlan.job.alerting;

import dev.guanlan.promql.engine.SampleSource;
import dev.guanlan.rules.RuleInput;
import dev.guanlan.rules.RuleInputs;
import java.io.IOException;

/** Tells what the expressions of a group's rules find at a tick, wherever the samples are. */
interface RuleFindings {

  /** Returns what a rule's expression finds. */
  RuleInput find(RuleInputs inputs, int rule) throws IOException;

  /** Tells whether a rule's expression finds anything. */
  boolean finds(RuleInputs inputs, int rule) throws IOException;

  /** Returns how many samples were late elsewhere. */
  long lateSamples();

  /** Returns how many of them a rule's expression selects. */
  long lateSamples(int rule);

  /**
   * Returns what is found in windows that are here.
   *
   * @param queryMillis when the rules are evaluated, in milliseconds since the epoch
   */
  static RuleFindings in(SampleSource windows, long queryMillis) {
    return new InWindows(windows, queryMillis);
  }

  /** Looks for it only when it is asked for. */
  record InWindows(SampleSource windows, long queryMillis) implements RuleFindings {

    @Override
    public RuleInput find(RuleInputs inputs, int rule) throws IOException {
      return inputs.find(rule, windows, queryMillis);
    }

    @Override
    public boolean finds(RuleInputs inputs, int rule) throws IOException {
      return inputs.finds(rule, windows, queryMillis);
    }

    @Override
    public long lateSamples() {
      return 0;
    }

    @Override
    public long lateSamples(int rule) {
      return 0;
    }
  }
}
