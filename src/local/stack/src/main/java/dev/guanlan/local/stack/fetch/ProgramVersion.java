package dev.guanlan.local.stack.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a program that may not be here yet for its version, once it is. Safe for any thread. */
public final class ProgramVersion {

  /** What is said as long as the program is not here. */
  static final String UNKNOWN = "not here yet";

  /** As all of Prometheus' programs say it: {@code alertmanager, version 0.25.0 (branch: …)}. */
  private static final Pattern SAID = Pattern.compile("version ([0-9][0-9A-Za-z.+~-]{0,40})");

  private static final int MINUTES = 1;

  private final DebianProgram program;
  private final Cache cache;
  private volatile String known = UNKNOWN;

  /** Creates one for a program that is on the PATH or will be in {@code cache}. */
  public ProgramVersion(DebianProgram program, Cache cache) {
    this.program = program;
    this.cache = cache;
  }

  /** Returns the version, or says that it is not known yet. */
  public String get() {
    if (known.equals(UNKNOWN)) {
      program.find(cache).ifPresent(path -> known = ask(path));
    }
    return known;
  }

  private static String ask(Path path) {
    try {
      Path folder = Files.createTempDirectory("guanlan-version-");
      try {
        return parse(
            Programs.run(
                "Asking " + path + " for its version",
                "Run it by hand.",
                folder,
                MINUTES,
                List.of(path.toString(), "--version")));
      } finally {
        Cache.delete(folder);
      }
    } catch (IOException e) {
      return "unknown version";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }

  static String parse(String output) {
    Matcher matcher = SAID.matcher(output);
    return Optional.of(matcher)
        .filter(Matcher::find)
        .map(m -> m.group(1))
        .orElse("unknown version");
  }
}
