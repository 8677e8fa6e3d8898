package dev.guanlan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Holds the options that say where a benchmark finds the project and where it works. */
public final class Workplace {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Another seed, other data (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Where data goes while it runs; a temporary folder by default. Emptied of what was"
              + " written, but when something fails.")
  private Path folder = Path.of("");

  @Option(
      names = "--home",
      paramLabel = "DIR",
      defaultValue = "${env:GUANLAN_HOME:-.}",
      description = "The project's folder, with its built jars (default: $GUANLAN_HOME).")
  private Path home = Path.of("");

  /** Returns the seed of everything that is made up. */
  public long seed() {
    return seed;
  }

  /** Returns the project's folder. */
  public Path home() {
    return home;
  }

  /** Returns the folder to write to, which is there. */
  public Path folder() throws IOException {
    return Files.createDirectories(
        folder.toString().isEmpty() ? Files.createTempDirectory("guanlan-bench-") : folder);
  }

  /**
   * Requires that an option's value can be.
   *
   * @throws ParameterException if it cannot
   */
  public void require(boolean holds, String option, Object value, String wanted) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "%s cannot be %s; it has to be %s.", option, value, wanted));
    }
  }
}
