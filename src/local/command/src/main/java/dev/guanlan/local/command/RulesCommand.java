package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.rules.RuleFile;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Works on rule files. */
@Command(
    name = "rules",
    description = "Check rule files.",
    subcommands = RulesCommand.Check.class,
    synopsisSubcommandLabel = "COMMAND")
final class RulesCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  RulesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    throw new Problem("Say what to do with rules, such as: ./guanlan rules check my-rules.yaml");
  }

  /** Reads rule files as the platform will and tells everything that is wrong. */
  @Command(
      name = "check",
      description = "Read rule files as the platform will; tell everything that is wrong.")
  static final class Check implements Callable<Integer> {

    @picocli.CommandLine.ParentCommand private RulesCommand parent;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help and end.")
    boolean help;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Prometheus rule files.")
    private List<Path> files = List.of();

    Check() {}

    @Override
    public Integer call() {
      Terminal terminal = parent.terminal;
      int wrong = 0;
      for (Path file : files) {
        try {
          RuleFile read = RuleFiles.read(text(file), file.getFileName().toString());
          int rules = read.groups().stream().mapToInt(group -> group.rules().size()).sum();
          terminal.line(
              "%s %s: %d groups, %d rules"
                  .formatted(terminal.style().tick(), file, read.groups().size(), rules));
          read.warnings().forEach(warning -> terminal.line("    " + warning));
        } catch (RuleFileException e) {
          wrong++;
          terminal.line(terminal.style().cross() + " " + file);
          e.problems().forEach(problem -> terminal.line("    " + problem));
        }
      }
      return wrong == 0 ? 0 : 1;
    }

    private static String text(Path file) {
      try {
        return Files.readString(file);
      } catch (NoSuchFileException e) {
        throw new Problem("There is no file " + file + "; check the path", e);
      } catch (CharacterCodingException e) {
        throw new Problem(file + " is not UTF-8; save it as UTF-8", e);
      } catch (IOException e) {
        throw new Problem(file + " cannot be read: " + e.getMessage(), e);
      }
    }
  }
}
