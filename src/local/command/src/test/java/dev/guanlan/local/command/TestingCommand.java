package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import picocli.CommandLine;

/** Runs a command and keeps what it says. */
final class TestingCommand {

  private final Function<Terminal, Object> command;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  /** Runs what is made anew for each run. */
  TestingCommand(Function<Terminal, Object> command) {
    this.command = command;
  }

  /** Runs once, forgets what was said before, and returns the exit code. */
  int run(String... arguments) {
    out.reset();
    err.getBuffer().setLength(0);
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new CommandLine(command.apply(new Terminal(stream, false, 80, Style.PLAIN)))
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              line.getErr().println(failure.getMessage());
              return 1;
            })
        .execute(arguments);
  }

  String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String complaint() {
    return err.toString();
  }
}
