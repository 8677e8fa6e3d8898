package dev.guanlan.rules.unittest;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds files by patterns as Go's {@code filepath.Glob} does: {@code *} and {@code ?} stand for
 * characters of one name, {@code [a-z]} for one of a class, a backslash takes the character behind
 * it as it is.
 */
final class Globs {

  private static final Pattern META = Pattern.compile("[*?\\[\\\\]");

  private Globs() {}

  /**
   * Returns the files that a pattern finds, sorted; none if there is none.
   *
   * @throws IllegalArgumentException if the pattern is malformed
   */
  static List<Path> find(Path folder, String pattern) throws IOException {
    if (pattern.isEmpty()) {
      return List.of();
    }
    List<Path> found = List.of(pattern.startsWith("/") ? Path.of("/") : folder);
    for (String name : pattern.split("/", -1)) {
      if (!name.isEmpty()) {
        List<Path> next = new ArrayList<>();
        for (Path path : found) {
          next.addAll(inside(path, name));
        }
        found = next;
      }
    }
    return found.stream().map(Path::normalize).sorted().toList();
  }

  private static List<Path> inside(Path folder, String name) throws IOException {
    if (!META.matcher(name).find()) {
      Path path = folder.resolve(name);
      return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? List.of(path) : List.of();
    }
    Pattern pattern = pattern(name);
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (pattern.matcher(entry.getFileName().toString()).matches()) {
          found.add(entry);
        }
      }
    } catch (NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    int at = 0;
    while (at < glob.length()) {
      char c = glob.charAt(at);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[' -> at = characterClass(glob, at, regex);
        case '\\' -> regex.append(Pattern.quote(String.valueOf(escaped(glob, ++at))));
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
      at++;
    }
    try {
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw malformed(glob, e);
    }
  }

  /** Writes the class that begins at {@code start}; returns where its closing bracket is. */
  private static int characterClass(String glob, int start, StringBuilder regex) {
    int at = start + 1;
    boolean negated = at < glob.length() && glob.charAt(at) == '^';
    regex.append(negated ? "[^" : "[");
    at += negated ? 1 : 0;
    int first = at;
    while (at == first || escaped(glob, at) != ']') {
      char c = escaped(glob, at);
      if (c == '\\') {
        regex.append(literal(escaped(glob, ++at)));
      } else if (c == '-' && at > first) {
        regex.append('-');
      } else {
        regex.append(literal(c));
      }
      at++;
    }
    regex.append(']');
    return at;
  }

  /** Writes a character so that it has no other meaning in a class. */
  private static String literal(char c) {
    return c < 128 && !Character.isLetterOrDigit(c) ? "\\" + c : String.valueOf(c);
  }

  private static char escaped(String glob, int at) {
    if (at >= glob.length()) {
      throw malformed(glob, null);
    }
    return glob.charAt(at);
  }

  private static IllegalArgumentException malformed(String glob, @Nullable Throwable cause) {
    return new IllegalArgumentException("syntax error in pattern \"" + glob + "\"", cause);
  }
}
