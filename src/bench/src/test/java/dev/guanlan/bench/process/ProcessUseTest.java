package dev.guanlan.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessUseTest {

  private static final String STATUS =
      "Name:\tjava\nVmPeak:\t 9000 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t4\n";

  @Test
  void addsUserAndKernelModeAndLeavesChildrenOut() throws IOException {
    String stat = "42 (java) S 1 42 42 0 -1 4194304 100 200 3 4 1234 66 700 800 20 0 30 0 5 6 7";
    ProcessUse use = ProcessUse.parse(stat, STATUS);
    assertThat(use.cpuSeconds()).isEqualTo(13.0);
    assertThat(use.residentBytes()).isEqualTo(1024 * 1024);
    assertThat(use.peakBytes()).isEqualTo(2048 * 1024);
  }

  @Test
  void aNameMayHoldBlanksAndBrackets() throws IOException {
    String stat = "42 (a ) b (c) S 1 42 42 0 -1 4194304 100 200 3 4 50 50 700 800 20 0 30 0 5 6 7";
    assertThat(ProcessUse.parse(stat, STATUS).cpuSeconds()).isEqualTo(1.0);
  }

  @Test
  void anythingElseIsRefused() {
    assertThatThrownBy(() -> ProcessUse.parse("42 (java) S 1 2", STATUS))
        .isInstanceOf(IOException.class)
        .hasMessage("This is no /proc/PID/stat: 42 (java) S 1 2");
    assertThatThrownBy(
            () ->
                ProcessUse.parse(
                    "42 (java) S 1 42 42 0 -1 4194304 100 200 3 4 1 1 700 800", "Name: x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("There is no VmRSS:");
  }

  @Test
  void thisProcessCanBeRead() throws IOException {
    ProcessUse use = ProcessUse.of(ProcessHandle.current().pid());
    assertThat(use.cpuSeconds()).isPositive();
    assertThat(use.peakBytes()).isGreaterThanOrEqualTo(use.residentBytes());
  }
}
