package dev.guanlan.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcStatTest {

  @Test
  void cpu_times_are_per_cpu_and_mode_in_seconds() {
    List<ProcStat.CpuTime> times =
        ProcStat.cpuTimes(
            List.of(
                "cpu  300 0 150 2000 10 0 5 0 0 0",
                "cpu0 100 0 50 1000 5 0 2 1 0 0",
                "cpu1 200 0 100 1000 5 0 3 0 0 0",
                "intr 12345 0 0"));
    assertThat(times)
        .hasSize(16)
        .contains(
            new ProcStat.CpuTime("0", "user", 1.0),
            new ProcStat.CpuTime("0", "idle", 10.0),
            new ProcStat.CpuTime("0", "steal", 0.01),
            new ProcStat.CpuTime("1", "system", 1.0));
  }

  @Test
  void memory_is_in_bytes_and_counts_without_a_unit_are_left_out() {
    assertThat(
            ProcStat.memory(
                List.of(
                    "MemTotal:       24000000 kB",
                    "MemAvailable:   20000000 kB",
                    "HugePages_Total:       0")))
        .containsOnlyKeys("MemTotal", "MemAvailable")
        .containsEntry("MemTotal", 24_576_000_000L);
  }
}
