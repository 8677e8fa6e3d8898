package dev.guanlan.local.command;

import dev.guanlan.rules.RuleFile;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFileOptions;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds and reads the rule files that a stack is started with. */
final class ShippedRules {

  private static final Path SHIPPED = Path.of("src", "local", "rules");

  private ShippedRules() {}

  /**
   * Returns the files that are meant: those of the option, folders opened, or those that ship.
   *
   * @param root the project's folder
   */
  static List<Path> files(Path root, List<Path> given) {
    return opened(given.isEmpty() ? List.of(root.resolve(SHIPPED)) : given);
  }

  /** Returns files, and the rule files of folders. */
  static List<Path> opened(List<Path> sources) {
    List<Path> files = new ArrayList<>();
    for (Path source : sources) {
      if (!Files.isDirectory(source)) {
        files.add(source);
        continue;
      }
      try (Stream<Path> inside = Files.list(source)) {
        inside.filter(ShippedRules::isRuleFile).sorted().forEach(files::add);
      } catch (IOException e) {
        throw new Problem("The folder " + source + " cannot be read: " + e.getMessage(), e);
      }
    }
    if (files.isEmpty()) {
      throw new Problem("There is no rule file in " + sources + "; give one that ends in .yaml");
    }
    return files;
  }

  /** Reads the files; the namespace of a group is its file's name. */
  static List<RuleGroup> check(List<Path> files) {
    List<RuleGroup> groups = new ArrayList<>();
    for (Path file : files) {
      groups.addAll(read(file, group -> {}).groups());
    }
    return groups;
  }

  /** Reads a file together with its warnings; the namespace of a group is the file's name. */
  static RuleFile read(Path file, RuleFiles.GroupCheck check) {
    try {
      String name = file.getFileName().toString();
      return RuleFiles.read(Files.readString(file), name, RuleFileOptions.STREAMED, check);
    } catch (IOException e) {
      throw new Problem("The rule file " + file + " cannot be read: " + e.getMessage(), e);
    } catch (RuleFileException e) {
      throw new Problem(
          "Wrong in "
              + file
              + ":\n"
              + e.problems().stream()
                  .map(problem -> "  " + problem)
                  .collect(Collectors.joining("\n")),
          e);
    }
  }

  private static boolean isRuleFile(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }
}
