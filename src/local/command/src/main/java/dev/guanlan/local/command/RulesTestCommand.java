package dev.guanlan.local.command;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.rules.unittest.Failure;
import dev.guanlan.rules.unittest.FileReport;
import dev.guanlan.rules.unittest.TestReport;
import dev.guanlan.rules.unittest.UnitTestOptions;
import dev.guanlan.rules.unittest.UnitTests;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Runs unit tests of rules, and shows what is not as expected. */
@Command(
    name = "test",
    description = "Run unit tests of rules, written as for promtool; show what differs.",
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {"0:everything is as expected", "1:something is not, or cannot be run"})
final class RulesTestCommand implements Callable<Integer> {

  @ParentCommand private RulesCommand parent;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  @Option(
      names = "--run",
      paramLabel = "REGEX",
      description = "Run only the tests whose name one of these regular expressions finds.")
  private List<String> run = List.of();

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the results to this file, too, in the XML of JUnit.")
  private @Nullable Path junit;

  @Mixin private RuleFileMixin reading;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of unit tests.")
  private List<Path> files = List.of();

  RulesTestCommand() {}

  @Override
  public Integer call() {
    UnitTestOptions options =
        new UnitTestOptions(reading.options(), reading.delayedNameRemoval(), pattern());
    Map<Path, FileReport> reports = new LinkedHashMap<>();
    for (Path file : files) {
      FileReport report = run(file, options);
      reports.put(file, report);
      show(file, report);
    }
    if (junit != null) {
      try {
        JunitReport.write(junit, reports);
      } catch (IOException e) {
        throw new Problem("The report " + junit + " cannot be written: " + e.getMessage(), e);
      }
    }
    return reports.values().stream().allMatch(FileReport::passed) ? 0 : 1;
  }

  private @Nullable Pattern pattern() {
    if (run.isEmpty()) {
      return null;
    }
    String regex = String.join("|", run);
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new Problem("--run " + regex + " is no regular expression: " + e.getMessage(), e);
    }
  }

  private static FileReport run(Path file, UnitTestOptions options) {
    try {
      return UnitTests.run(file, options);
    } catch (NoSuchFileException e) {
      throw new Problem("There is no file " + file + "; check the path", e);
    } catch (CharacterCodingException e) {
      throw new Problem(file + " is not UTF-8; save it as UTF-8", e);
    } catch (IOException e) {
      throw new Problem(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void show(Path file, FileReport report) {
    Terminal terminal = parent.terminal();
    Style style = terminal.style();
    int cases = report.tests().stream().mapToInt(TestReport::cases).sum();
    String sum =
        report.passed()
            ? Counted.of(report.tests().size(), "test") + ", " + Counted.of(cases, "case")
            : report.tests().isEmpty()
                ? "cannot be run"
                : report.failedTests()
                    + " of "
                    + Counted.of(report.tests().size(), "test")
                    + " failed (- expected, + got)";
    terminal.line("%s %s: %s".formatted(report.passed() ? style.tick() : style.cross(), file, sum));
    report.warnings().forEach(warning -> terminal.line("    " + style.warn(warning)));
    report.problems().forEach(problem -> terminal.line("    " + problem));
    for (TestReport test : report.tests()) {
      if (!test.passed()) {
        terminal.line("    " + style.bold(test.name()));
        test.failures().forEach(failure -> show(file, failure));
      }
    }
  }

  private void show(Path file, Failure failure) {
    Terminal terminal = parent.terminal();
    String place = failure.line() == 0 ? "" : file.getFileName() + ":" + failure.line() + ": ";
    terminal.line("      " + place + failure.what());
    for (Failure.Difference difference : failure.difference()) {
      String text = "          " + difference;
      terminal.line(
          switch (difference.kind()) {
            case COMMON -> text;
            case MISSING -> terminal.style().bad(text);
            case SURPLUS -> terminal.style().good(text);
          });
    }
  }
}
