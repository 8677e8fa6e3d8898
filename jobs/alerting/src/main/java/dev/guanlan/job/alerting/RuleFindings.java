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

  /** Returns what the rules' expressions look at here. */
  default RuleInputs here(RuleInputs whole) {
    return whole;
  }

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

  /**
   * Is what shards have found, and what the rest of the rules' expressions finds here.
   *
   * @param local what that looks at
   */
  record InParts(RuleFindings shards, RuleFindings own, RuleInputs local) implements RuleFindings {

    @Override
    public RuleInput find(RuleInputs inputs, int rule) throws IOException {
      RuleInput there = shards.find(inputs, rule);
      RuleInput here = own.find(local, rule);
      return new RuleInput(
          there.series() + here.series(),
          there.samples() + here.samples(),
          Math.max(there.newestMillis(), here.newestMillis()));
    }

    @Override
    public boolean finds(RuleInputs inputs, int rule) throws IOException {
      return shards.finds(inputs, rule) || own.finds(local, rule);
    }

    @Override
    public long lateSamples() {
      return shards.lateSamples();
    }

    @Override
    public long lateSamples(int rule) {
      return shards.lateSamples(rule);
    }

    @Override
    public RuleInputs here(RuleInputs whole) {
      return local;
    }
  }
}
