package dev.guanlan.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts together the command line of a part that runs on the Java we run on. */
final class JavaCommand {

  private final List<String> options = new ArrayList<>();

  private JavaCommand(List<String> options) {
    this.options.addAll(options);
  }

  /** Starts a command with JVM options. */
  static JavaCommand with(String... options) {
    return new JavaCommand(List.of(options));
  }

  /** Returns the path of this JVM's {@code java}. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Adds the option that sends log4j's output to the console, which is the part's log file. */
  JavaCommand logToConsole(Path folder) throws IOException {
    Path file = folder.resolve("log4j2-console.properties");
    Files.write(file, Resources.read("log4j2-console.properties"));
    options.add("-Dlog4j2.configurationFile=" + file);
    return this;
  }

  /** Adds options; null stands for none. */
  JavaCommand options(@Nullable List<String> more) {
    if (more != null) {
      options.addAll(more);
    }
    return this;
  }

  /** Ends the command with a main class found on {@code classpath}. */
  List<String> mainClass(String classpath, String mainClass, List<String> arguments) {
    return whole(List.of("-cp", classpath, mainClass), arguments);
  }

  /** Ends the command with an executable jar. */
  List<String> jar(Path jar, List<String> arguments) {
    return whole(List.of("-jar", jar.toString()), arguments);
  }

  private List<String> whole(List<String> program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.add("-Djava.awt.headless=true");
    command.addAll(options);
    command.addAll(program);
    command.addAll(arguments);
    return List.copyOf(command);
  }
}
