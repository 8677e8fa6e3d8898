package dev.guanlan.rules.yaml;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Collects what is wrong in a YAML file, each with its place. */
public final class YamlProblems {

  private final String file;
  private final YamlText text;
  private final List<YamlProblem> found = new ArrayList<>();

  /**
   * Makes an empty collection.
   *
   * @param yaml the file's content
   * @param file the file's name as it is to stand in messages
   */
  public YamlProblems(String yaml, String file) {
    this.file = file;
    this.text = new YamlText(yaml);
  }

  /** Adds a problem with a node. */
  public void add(Node node, String message) {
    add(node.getStartMark().orElse(null), message);
  }

  /** Adds a problem with the character at {@code offset} of a scalar's value. */
  public void add(Node node, int offset, String message) {
    found.add(at(node, offset, message));
  }

  /** Adds a problem at a place; it has none if {@code mark} is null. */
  public void add(@Nullable Mark mark, String message) {
    found.add(at(mark, message));
  }

  /** Returns how many problems were found. */
  public int size() {
    return found.size();
  }

  /** Returns the problems in the order found. */
  public List<YamlProblem> found() {
    return List.copyOf(found);
  }

  /** Makes a problem without adding it. */
  public YamlProblem at(@Nullable Mark mark, String message) {
    return mark == null
        ? new YamlProblem(file, 0, 0, message)
        : new YamlProblem(file, mark.getLine() + 1, mark.getColumn() + 1, message);
  }

  /** Makes a problem with the character at {@code offset} of a scalar's value. */
  public YamlProblem at(Node node, int offset, String message) {
    Mark mark = node.getStartMark().orElse(null);
    if (mark != null && node instanceof ScalarNode scalar) {
      YamlText.Place place = text.of(scalar, mark, offset);
      return new YamlProblem(file, place.line(), place.column(), message);
    }
    return at(mark, message);
  }
}
