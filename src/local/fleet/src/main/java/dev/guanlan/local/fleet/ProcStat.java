package dev.guanlan.local.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the texts of Linux' {@code /proc/stat} and {@code /proc/meminfo} (proc(5)). */
final class ProcStat {

  /** The kernel reports CPU times in units of USER_HZ, which is 100 on every common platform. */
  private static final double TICKS_A_SECOND = 100;

  private static final List<String> MODES =
      List.of("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal");

  private ProcStat() {}

  /**
   * Holds how long a CPU was in a mode since the machine started.
   *
   * @param cpu the CPU's number, as text
   * @param mode node-exporter's name of the mode
   * @param seconds the time, seconds
   */
  record CpuTime(String cpu, String mode, double seconds) {}

  static List<CpuTime> cpuTimes(List<String> stat) {
    List<CpuTime> times = new ArrayList<>();
    for (String line : stat) {
      String[] fields = line.split(" +", -1);
      if (!fields[0].matches("cpu[0-9]+")) {
        continue;
      }
      for (int i = 0; i < MODES.size() && i + 1 < fields.length; i++) {
        times.add(
            new CpuTime(
                fields[0].substring("cpu".length()),
                MODES.get(i),
                Long.parseLong(fields[i + 1]) / TICKS_A_SECOND));
      }
    }
    return times;
  }

  /** Returns each field of the memory report that is in kibibytes, as bytes. */
  static Map<String, Long> memory(List<String> meminfo) {
    Map<String, Long> fields = new HashMap<>();
    for (String line : meminfo) {
      String[] parts = line.split("[: ]+", -1);
      if (parts.length == 3 && parts[2].equals("kB")) {
        fields.put(parts[0], Long.parseLong(parts[1]) * 1024);
      }
    }
    return fields;
  }
}
