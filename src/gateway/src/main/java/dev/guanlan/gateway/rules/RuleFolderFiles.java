package dev.guanlan.gateway.rules;

import dev.guanlan.rules.yaml.YamlDocuments;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Holds what is in the rule files of a folder: those whose names end in .yaml or .yml and begin
 * with no dot. Links are followed, as Kubernetes has them in a mounted ConfigMap.
 *
 * @param contents the files' contents by their names
 */
record RuleFolderFiles(SortedMap<String, byte[]> contents) {

  private static final int MOST_FILES = 1_000;
  private static final long MOST_BYTES = 32L << 20;

  /**
   * Reads a folder.
   *
   * @throws IOException if it cannot be read, or there is more in it than a gateway should hold
   */
  static RuleFolderFiles read(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> inside = Files.list(folder)) {
      files = inside.filter(RuleFolderFiles::isRuleFile).limit(MOST_FILES + 1L).toList();
    }
    if (files.size() > MOST_FILES) {
      throw new IOException(
          "there are more than " + MOST_FILES + " rule files; take some away, or join them");
    }
    SortedMap<String, byte[]> contents = new TreeMap<>();
    long bytes = 0;
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        // A byte more than is ever read of a file shows that it is too long.
        byte[] content = in.readNBytes(4 * YamlDocuments.MAX_CODE_POINTS + 1);
        bytes += content.length;
        contents.put(file.getFileName().toString(), content);
      }
      if (bytes > MOST_BYTES) {
        throw new IOException(
            "the rule files have more than " + MOST_BYTES + " bytes; take some away");
      }
    }
    return new RuleFolderFiles(contents);
  }

  private static boolean isRuleFile(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml"))
        && Files.isRegularFile(file);
  }

  boolean sameAs(RuleFolderFiles other) {
    return contents.keySet().equals(other.contents.keySet())
        && contents.keySet().stream().allMatch(name -> sameAs(other, name));
  }

  /** Tells whether a file is the same in both. */
  boolean sameAs(RuleFolderFiles other, String name) {
    return Arrays.equals(contents.get(name), other.contents.get(name));
  }
}
