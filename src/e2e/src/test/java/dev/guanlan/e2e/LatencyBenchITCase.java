package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.bench.Bench;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benchmark of latency small: every alert has to come, and to be told of. */
class LatencyBenchITCase {

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));

  @TempDir private Path folder;

  @Test
  void everyAlertReachesAlertmanager() {
    StringWriter text = new StringWriter();
    int exitCode =
        Bench.execute(
            new PrintWriter(text),
            "latency",
            "--only=guanlan",
            "--home=" + ROOT,
            "--folder=" + folder,
            "--series=20000",
            "--rules=50",
            "--intervals=200ms,2s",
            "--warm-up=0.5",
            "--minutes=0.1");
    assertThat(exitCode).as(text.toString()).isZero();
    assertThat(text.toString())
        .containsPattern("guanlan +200ms +[1-9]\\d+ +0 +\\d+ ms")
        .containsPattern("guanlan +2s +[1-9]\\d+ +0 +\\d+ ms")
        .contains("guanlan: 0 samples were late, 0 dropped; 0 rule evaluations");
    assertThat(folder).as("cleans up after itself").isEmptyDirectory();
  }
}
