package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.bench.Bench;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the ingestion benchmark small, on our side only: it has to count right to mean anything. */
class IngestBenchITCase {

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));

  /** The samples begin five minutes before they are sent. */
  private static final Duration PAST = Duration.ofMinutes(6);

  @TempDir private Path folder;

  private static LocalDate today(Duration ago) {
    return LocalDate.ofInstant(Instant.now().minus(ago), ZoneOffset.UTC);
  }

  @Test
  void everySampleOfARawTopicIsStoredAndTheTableSaysSo() {
    StringWriter text = new StringWriter();
    LocalDate oldest = today(PAST);
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
    // A series has a row for each day that it is seen on; midnight may be among the samples.
    String days = oldest.equals(today(Duration.ZERO)) ? "1" : "[12]";
    assertThat(text.toString())
        .contains("sent 200,000 samples", "has 200,000;")
        .containsPattern("table series has %s0,000 rows".formatted(days))
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
