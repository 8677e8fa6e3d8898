package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.bench.Bench;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benchmark of rules small: what it compares has to be the same verdicts. */
class RulesBenchITCase {

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));

  private static final Pattern FIRING =
      Pattern.compile("firing: (\\d+) alerts in both, 0 only in prometheus, 0 only in guanlan");

  @TempDir private Path folder;

  @Test
  void theSameAlertsFireInPrometheusAndInTheAlertingJob() {
    StringWriter text = new StringWriter();
    int exitCode =
        Bench.execute(
            new PrintWriter(text),
            "rules",
            "--home=" + ROOT,
            "--folder=" + folder,
            "--series=5000",
            "--rules=200",
            "--warm-up=2",
            "--minutes=0.5");
    assertThat(exitCode).as(text.toString()).isZero();
    Matcher firing = FIRING.matcher(text.toString());
    assertThat(firing.find()).as(text.toString()).isTrue();
    assertThat(Integer.parseInt(firing.group(1))).as(text.toString()).isPositive();
    assertThat(text.toString())
        .contains(
            "200 rules, 50 a group, with",
            "guanlan: 0 samples were late, 0 dropped; 0 rule evaluations")
        .containsPattern("200 +prometheus +all +\\d+\\.\\d\\d")
        .containsPattern("200 +guanlan +all +\\d+\\.\\d\\d")
        .containsPattern("\\(kafka\\) +\\d+\\.\\d\\d");
    assertThat(folder).as("cleans up after itself").isEmptyDirectory();
  }

  @Test
  void whatCannotBeMeasuredIsRefusedBeforeAnythingStarts() {
    PrintWriter out = new PrintWriter(new StringWriter());
    assertThat(Bench.execute(out, "rules", "--rules=0")).isEqualTo(2);
    assertThat(Bench.execute(out, "rules", "--rules=100,x")).isEqualTo(2);
    assertThat(Bench.execute(out, "rules", "--series=3")).isEqualTo(2);
    assertThat(Bench.execute(out, "rules", "--minutes=0")).isEqualTo(2);
  }
}
