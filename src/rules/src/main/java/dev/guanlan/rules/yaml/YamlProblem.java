package dev.guanlan.rules.yaml;

/**
 * Says what is wrong at one place of a YAML file.
 *
 * @param file the file's name as the caller gave it
 * @param line line from 1, or 0 if the problem has no place
 * @param column column from 1, or 0 if the problem has no place
 * @param message what is wrong and what to do
 */
public record YamlProblem(String file, int line, int column, String message) {

  /** Returns {@code file:line:column: message}. */
  @Override
  public String toString() {
    return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
  }
}
