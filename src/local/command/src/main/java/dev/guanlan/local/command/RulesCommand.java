package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Works on rule files and the rules that run. */
@Command(
    name = "rules",
    description = "Check and test rule files, make them the rules that run, and show how those do.",
    subcommands = {
      RulesCheckCommand.class,
      RulesTestCommand.class,
      RulesBacktestCommand.class,
      RulesDiffCommand.class,
      RulesApplyCommand.class,
      RulesListCommand.class,
      RulesStatusCommand.class,
      RulesGetCommand.class,
      RulesDeleteCommand.class
    },
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

  Terminal terminal() {
    return terminal;
  }

  /** Reads a file, or tells in a sentence why it cannot be read. */
  static String text(Path file) {
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

  /** Reads everything from standard input. */
  static String text(InputStream input) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(input.readAllBytes()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Problem("Standard input is not UTF-8; convert it", e);
    } catch (IOException e) {
      throw new Problem("Standard input cannot be read: " + e.getMessage(), e);
    }
  }
}
