package dev.guanlan.local.command.run;

import dev.guanlan.local.stack.StackPorts;
import java.time.Instant;
import java.util.Optional;

/**
 * Says who supervises the stack of a data folder.
 *
 * @param pid the supervising process
 * @param processStartMillis when that process started, by the operating system, in milliseconds
 *     since the epoch: a later process that was given the same number is not it
 * @param command what it was started by: {@code up} or {@code demo}
 * @param sinceMillis when it began, milliseconds since the epoch
 * @param ports where the parts listen
 */
public record RunRecord(
    long pid, long processStartMillis, String command, long sinceMillis, StackPorts ports) {

  /** Two readings of one start may differ by the clock's tick, 10 ms, and rounding. */
  private static final long SAME_START_MILLIS = 1500;

  /** Describes this process. */
  public static RunRecord ofThisProcess(String command, long nowMillis, StackPorts ports) {
    ProcessHandle self = ProcessHandle.current();
    long start = self.info().startInstant().map(Instant::toEpochMilli).orElse(nowMillis);
    return new RunRecord(self.pid(), start, command, nowMillis, ports);
  }

  /** Returns the process, if it still runs. */
  public Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::sameStart);
  }

  private boolean sameStart(ProcessHandle process) {
    return process
        .info()
        .startInstant()
        .map(start -> Math.abs(start.toEpochMilli() - processStartMillis) < SAME_START_MILLIS)
        .orElse(true);
  }
}
