package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.promql.Selectors;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.DuplicateRule;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleFile;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Reads rule files as the platform will and tells everything that is wrong. */
@Command(
    name = "check",
    description = "Read rule files as the platform will; tell everything that is wrong.",
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:all files are right",
      "1:a file is wrong",
      "3:with --lint-fatal, a file has what it should not have"
    })
final class RulesCheckCommand implements Callable<Integer> {

  private static final int WRONG = 1;
  private static final int QUESTIONABLE = 3;

  /** Chooses what is looked for beyond what is wrong. */
  enum Lint {
    ALL("all"),
    DUPLICATE_RULES("duplicate-rules"),
    NONE("none");

    private final String written;

    Lint(String written) {
      this.written = written;
    }

    @Override
    public String toString() {
      return written;
    }
  }

  @ParentCommand private RulesCommand parent;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  @Option(
      names = "--lint",
      paramLabel = "WHAT",
      description =
          "What to look for beyond mistakes: ${COMPLETION-CANDIDATES}; else ${DEFAULT-VALUE}.")
  private Lint lint = Lint.DUPLICATE_RULES;

  @Option(names = "--lint-fatal", description = "End with 3 if anything of that is found.")
  private boolean lintFatal;

  @Mixin private RuleFileMixin reading;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "Prometheus rule files; without any, standard input is read.")
  private List<Path> files = List.of();

  RulesCheckCommand() {}

  private boolean wrong;
  private boolean questionable;

  @Override
  public Integer call() {
    if (files.isEmpty()) {
      check("standard input", RulesCommand.text(System.in));
    }
    for (Path file : files) {
      check(file.toString(), RulesCommand.text(file));
    }
    return wrong ? WRONG : questionable && lintFatal ? QUESTIONABLE : 0;
  }

  private void check(String file, String yaml) {
    Terminal terminal = parent.terminal();
    try {
      RuleFile read = RuleFiles.read(yaml, file, reading.options());
      int rules = read.groups().stream().mapToInt(group -> group.rules().size()).sum();
      List<DuplicateRule> duplicates =
          lint == Lint.NONE ? List.of() : DuplicateRule.in(read.groups());
      questionable |= !duplicates.isEmpty();
      terminal.line(
          "%s %s: %s, %s"
              .formatted(
                  duplicates.isEmpty() ? terminal.style().tick() : terminal.style().warn("!"),
                  file,
                  Counted.of(read.groups().size(), "group"),
                  Counted.of(rules, "rule")));
      read.warnings().forEach(warning -> terminal.line("    " + warning));
      read.groups().forEach(this::streamed);
      for (DuplicateRule rule : duplicates) {
        terminal.line(
            "    the rule %s with the labels %s occurs %d times; rename all but one, or set a label"
                .formatted(rule.name(), rule.labels(), rule.times()));
      }
    } catch (RuleFileException e) {
      wrong = true;
      terminal.line(terminal.style().cross() + " " + file);
      e.problems().forEach(problem -> terminal.line("    " + problem));
    }
  }

  /** Tells if a group that Prometheus takes cannot be evaluated in a stream. */
  private void streamed(RuleGroup group) {
    try {
      CompiledGroup.of(group, Selectors.DEFAULT_LOOKBACK_MILLIS);
    } catch (RuleException e) {
      parent
          .terminal()
          .line("    group %s, in the stream: %s".formatted(group.name(), e.getMessage()));
    }
  }
}
