package dev.guanlan.bench.ingest;

import dev.guanlan.bench.process.ProcessUse;
import dev.guanlan.bench.process.Reading;
import dev.guanlan.bench.send.Signal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Is what one target took for one file.
 *
 * @param target its name
 * @param signal what it was fed
 * @param sent how many entries it was fed
 * @param sentBytes how many bytes the requests had
 * @param stored how many entries it has
 * @param halfStored how many of them it had when the second half of the measured time began
 * @param seconds how long it took, from the first entry until it was at rest
 * @param processes what each process took, the feeder apart
 * @param feederCpuSeconds what sending and asking took
 * @param storage what it keeps on disk
 * @param remarks what else is worth saying
 */
record Outcome(
    String target,
    Signal signal,
    long sent,
    long sentBytes,
    long stored,
    long halfStored,
    double seconds,
    Map<String, Use> processes,
    double feederCpuSeconds,
    Target.Storage storage,
    List<String> remarks) {

  /**
   * Is what one process took, idling subtracted.
   *
   * @param cpuSeconds over the whole run
   * @param steadyCpuSeconds from when half of the entries were stored until the target was at rest
   * @param peakBytes resident memory at its highest
   */
  record Use(double cpuSeconds, double steadyCpuSeconds, long peakBytes) {

    private Use plus(Use other) {
      return new Use(
          cpuSeconds + other.cpuSeconds,
          steadyCpuSeconds + other.steadyCpuSeconds,
          peakBytes + other.peakBytes);
    }
  }

  /**
   * Is the readings that an outcome is computed from.
   *
   * @param idleBegin before the idle time
   * @param begin after it, before the first entry
   * @param half when half of the entries were stored
   * @param halfStored how many they were
   * @param end when the target was at rest
   */
  record Readings(Reading idleBegin, Reading begin, Reading half, long halfStored, Reading end) {

    /** Returns what each process took; the feeder is left out. */
    Map<String, Use> uses() {
      double idleSeconds = begin.secondsSince(idleBegin);
      Map<String, Use> uses = new LinkedHashMap<>();
      for (Map.Entry<String, ProcessUse> entry : end.uses().entrySet()) {
        String process = entry.getKey();
        if (!process.equals(Reading.FEEDER)) {
          double idle = begin.cpuSince(idleBegin, process) / idleSeconds;
          double whole = end.cpuSince(begin, process) - idle * end.secondsSince(begin);
          double steady = end.cpuSince(half, process) - idle * end.secondsSince(half);
          uses.put(process, new Use(whole, steady, entry.getValue().peakBytes()));
        }
      }
      return uses;
    }
  }

  /** Returns all processes together. */
  Use total() {
    return processes.values().stream().reduce(new Use(0, 0, 0), Use::plus);
  }

  /** Tells whether the target has exactly what it was sent. */
  boolean complete() {
    return stored == sent;
  }
}
