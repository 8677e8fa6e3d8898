package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Table;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a part logged. */
@Command(
    name = "logs",
    sortOptions = false,
    description = "Show what a part logged; without a part, say which logs there are.")
final class LogsCommand implements Callable<Integer> {

  private static final String SUFFIX = ".log";

  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "PART",
      description = "The part, such as kafka, taskmanager or supervisor.")
  private @Nullable String part;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what is logged from now on.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "50",
      description = "Begin with the last N lines (default: ${DEFAULT-VALUE}).")
  private int lines;

  @Mixin private PlaceOptions options = new PlaceOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  LogsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Place place = options.place();
    List<Path> logs = logs(place.logs());
    if (logs.isEmpty()) {
      throw new Problem(
          "There are no logs in " + place.logs() + " yet. Start the platform with: ./guanlan up");
    }
    if (part == null) {
      Table table = new Table("<><");
      for (Path log : logs) {
        table.row(name(log), Figures.bytes(Files.size(log)), log.toString());
      }
      terminal.lines(table.lines());
      return 0;
    }
    Path log = place.logs().resolve(part + SUFFIX);
    if (part.contains("/") || !logs.contains(log)) {
      throw new Problem(
          "No part called '%s' has logged here. There are: %s"
              .formatted(part, String.join(", ", logs.stream().map(LogsCommand::name).toList())));
    }
    new LogTail(log).copy(Math.max(0, lines), follow, terminal::line);
    return 0;
  }

  private static List<Path> logs(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(each -> each.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  private static String name(Path log) {
    String file = log.getFileName().toString();
    return file.substring(0, file.length() - SUFFIX.length());
  }
}
