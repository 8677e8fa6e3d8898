package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.stack.JobOption;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Starts the supervisor as a process of its own session, which outlives terminal and command. */
final class Detached {

  private Detached() {}

  static Process start(
      Place place, PlaceOptions options, List<Path> rules, List<JobOption> jobOptions)
      throws IOException {
    Files.createDirectories(place.logs());
    // Of its own, so that a build meanwhile does not take the classes away that it has yet to load.
    Path jar = place.data().resolve("supervisor.jar");
    Files.copy(jar(), jar, StandardCopyOption.REPLACE_EXISTING);
    List<String> command = new ArrayList<>();
    if (onPath("setsid")) {
      command.add("setsid");
    } else {
      // Without util-linux: at least the terminal's end must not end it.
      command.addAll(List.of("nohup"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx160m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dguanlan.log.level=info",
            "-jar",
            jar.toString()));
    command.addAll(arguments(place.data(), options.portOffset(), rules, jobOptions));
    File log = place.logs().resolve("supervisor.log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(place.root().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(Redirect.appendTo(log))
            .redirectErrorStream(true);
    builder.environment().put("GUANLAN_HOME", place.root().toString());
    return builder.start();
  }

  /** Returns what the supervisor is told of all that {@code up} was. */
  static List<String> arguments(
      Path data, int portOffset, List<Path> rules, List<JobOption> jobOptions) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "supervise",
                "--data",
                data.toString(),
                "--port-offset",
                Integer.toString(portOffset)));
    for (Path each : rules) {
      arguments.addAll(List.of("--rules", each.toAbsolutePath().toString()));
    }
    for (JobOption each : jobOptions) {
      arguments.addAll(List.of(JobOptionsMixin.NAME, each.toString()));
    }
    return arguments;
  }

  private static Path jar() {
    try {
      return Path.of(Detached.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The place of this program's jar cannot be told", e);
    }
  }

  private static boolean onPath(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
