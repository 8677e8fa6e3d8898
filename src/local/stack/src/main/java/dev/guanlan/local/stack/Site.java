package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Tells parts where things lie on this machine.
 *
 * @param root the project's folder: {@code flink-conf} and the built jars are found under it
 * @param folder where the parts' data and logs go
 * @param cache where third-party programs are kept
 * @param notice is told in a sentence about things that take long, such as downloads
 */
public record Site(Path root, Path folder, Cache cache, Consumer<String> notice) {

  /** Makes the paths absolute, so that child processes in other folders understand them. */
  public Site {
    root = root.toAbsolutePath().normalize();
    folder = folder.toAbsolutePath().normalize();
  }

  /** Returns the data folder of the part {@code name}, made if it is absent. */
  public Path data(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** Returns the log file of the part {@code name}; its folder is made with the first start. */
  public Path log(String name) {
    return folder.resolve("logs").resolve(name + ".log");
  }
}
