package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.bench.Bench;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the ingestion benchmark small, on our side only: it has to count right to mean anything. */
class IngestBenchITCase {

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));

  @TempDir private Path folder;

  @Test
  void everySampleOfARawTopicIsStoredAndTheTableSaysSo() {
    StringWriter text = new StringWriter();
    int exitCode =
        Bench.execute(
            new PrintWriter(text),
            "ingest",
            "--home=" + ROOT,
            "--folder=" + folder,
            "--series=10000",
            "--samples=200000",
            "--only=raw");
    assertThat(exitCode).as(text.toString()).isZero();
    assertThat(text.toString())
        .contains("sent 200,000 samples", "has 200,000;")
        // A series has a row for each day that it is seen on, and midnight may be among the
        // samples.
        .containsPattern("table series has [12]0,000 rows")
        .containsPattern("guanlan, from the raw topic +all +\\d+\\.\\d\\d")
        .containsPattern("taskmanager +\\d+\\.\\d\\d")
        .doesNotContain("NOT WHAT WAS SENT");
    assertThat(folder).as("cleans up after itself").isEmptyDirectory();
  }

  @Test
  void whatCannotBeMeasuredIsRefusedBeforeAnythingStarts() {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    assertThat(Bench.execute(out, "ingest", "--series=10000", "--samples=9000000")).isEqualTo(2);
    assertThat(Bench.execute(out, "ingest", "--series=3")).isEqualTo(2);
  }
}
