package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.bench.process.ProcessUse;
import dev.guanlan.bench.process.Reading;
import java.util.List;

/**
 * Is what one target took for one set of rules.
 *
 * @param target its name
 * @param apart processes that are in no sum
 * @param pairs how much the rules look at
 * @param groups how many groups they are in
 * @param first when it was warm
 * @param last when all was evaluated
 * @param samples how many samples were sent meanwhile
 * @param bareFirst when it had no rules any more
 * @param bareLast some scrapes later
 * @param bareSamples how many samples were sent meanwhile
 * @param firing what fires at the end
 * @param remarks what else is worth saying
 */
record RulesOutcome(
    String target,
    List<String> apart,
    Pairs pairs,
    int groups,
    RulesTarget.Progress first,
    RulesTarget.Progress last,
    long samples,
    Reading bareFirst,
    Reading bareLast,
    long bareSamples,
    Firing firing,
    List<String> remarks) {

  /** Copies the lists. */
  RulesOutcome {
    apart = List.copyOf(apart);
    remarks = List.copyOf(remarks);
  }

  /** Returns how long was measured, seconds. */
  double seconds() {
    return last.reading().secondsSince(first.reading());
  }

  /** Returns the processes that are in the sum. */
  List<String> processes() {
    return last.reading().uses().keySet().stream()
        .filter(name -> !name.equals(Reading.FEEDER) && !apart.contains(name))
        .toList();
  }

  /** Returns how often all groups were evaluated. */
  double evaluations() {
    return (double) (last.evaluations() - first.evaluations()) / groups;
  }

  /** Returns the CPU seconds of one process while it was measured. */
  double cpuSeconds(String process) {
    return last.reading().cpuSince(first.reading(), process);
  }

  /** Returns the CPU seconds of a process for an evaluation of all rules, decoding included. */
  double anEvaluation(String process) {
    return cpuSeconds(process) / evaluations();
  }

  /** Returns the CPU seconds of a process for the samples of an interval, without rules. */
  double bareInterval(String process) {
    return bareLast.cpuSince(bareFirst, process)
        / bareLast.secondsSince(bareFirst)
        * NodeFleet.INTERVAL_MILLIS
        / 1000;
  }

  /** Returns the CPU seconds of all processes for an evaluation of all rules. */
  double anEvaluation() {
    return processes().stream().mapToDouble(this::anEvaluation).sum();
  }

  /** Returns the CPU seconds of all processes for the samples of an interval, without rules. */
  double bareInterval() {
    return processes().stream().mapToDouble(this::bareInterval).sum();
  }

  /** Returns the CPU µs of all processes for a sample, without rules. */
  double bareMicrosASample() {
    double seconds =
        processes().stream().mapToDouble(each -> bareLast.cpuSince(bareFirst, each)).sum();
    return seconds * 1e6 / Math.max(1, bareSamples);
  }

  /** Returns what the rules add, in CPU µs a rule × series pair. */
  double microsAPair() {
    return (anEvaluation() - bareInterval()) * 1e6 / pairs.pairs();
  }

  /** Returns the memory of a process at its highest. */
  long peakBytes(String process) {
    ProcessUse use = last.reading().uses().get(process);
    return use == null ? 0 : use.peakBytes();
  }

  /** Returns the memory of all processes together, each at its highest. */
  long peakBytes() {
    return processes().stream().mapToLong(this::peakBytes).sum();
  }
}
