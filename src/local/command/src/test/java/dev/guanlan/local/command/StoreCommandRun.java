package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Runs the store command and keeps what it says. */
final class StoreCommandRun {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  int of(String... arguments) {
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new CommandLine(new StoreCommand(new Terminal(stream, false, 80, Style.PLAIN)))
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
