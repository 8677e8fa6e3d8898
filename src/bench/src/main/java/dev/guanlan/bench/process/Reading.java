package dev.guanlan.bench.process;

import dev.guanlan.local.stack.Part;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Is what processes had used at one moment.
 *
 * @param nanos the moment, as {@link System#nanoTime} tells it
 * @param uses by the name of the process
 */
public record Reading(long nanos, Map<String, ProcessUse> uses) {

  /** Names this very process, which sends and asks. */
  public static final String FEEDER = "feeder";

  /** Reads what the parts, and this process, have used so far. */
  public static Reading of(List<Part> parts) throws IOException {
    Map<String, ProcessUse> uses = new LinkedHashMap<>();
    for (Part part : parts) {
      long pid =
          part.pid()
              .orElseThrow(
                  () ->
                      new IOException(
                          "%s has ended while it was measured. See %s."
                              .formatted(
                                  part.name(), part.log().map(Object::toString).orElse("logs"))));
      uses.put(part.name(), ProcessUse.of(pid));
    }
    uses.put(FEEDER, ProcessUse.of(ProcessHandle.current().pid()));
    return new Reading(System.nanoTime(), uses);
  }

  /** Returns how many seconds passed since an earlier reading. */
  public double secondsSince(Reading earlier) {
    return (nanos - earlier.nanos()) / 1e9;
  }

  /** Returns the CPU seconds that a process used since an earlier reading. */
  public double cpuSince(Reading earlier, String process) {
    return use(process).cpuSeconds() - earlier.use(process).cpuSeconds();
  }

  /** Returns the CPU seconds that all processes but the feeder used since an earlier reading. */
  public double cpuSince(Reading earlier) {
    double seconds = 0;
    for (String process : uses.keySet()) {
      seconds += process.equals(FEEDER) ? 0 : cpuSince(earlier, process);
    }
    return seconds;
  }

  private ProcessUse use(String process) {
    ProcessUse use = uses.get(process);
    if (use == null) {
      throw new IllegalArgumentException("No process " + process + " was read");
    }
    return use;
  }
}
