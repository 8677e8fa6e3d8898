package dev.guanlan.rules;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.NodeType;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Takes typed fields out of YAML nodes the way Go's yaml.v3 decodes into Prometheus' structs: a
 * null leaves a field unset, any scalar will do as text, and a field that the struct does not know
 * or that occurs twice is an error.
 */
final class YamlFields {

  private final BiConsumer<Node, String> problems;

  /**
   * Makes a reader.
   *
   * @param problems takes what is wrong and the node where it is
   */
  YamlFields(BiConsumer<Node, String> problems) {
    this.problems = problems;
  }

  /** Returns the fields of a mapping by name, or null after reporting that it is none. */
  @Nullable Map<String, Node> of(Node node, String what, List<String> known) {
    if (!(node instanceof MappingNode mapping)) {
      problems.accept(node, what + " must be a mapping, and is " + kind(node));
      return null;
    }
    Map<String, Node> fields = new LinkedHashMap<>();
    collect(mapping, what, known, fields, false);
    return fields;
  }

  private void collect(
      MappingNode mapping,
      String what,
      List<String> known,
      Map<String, Node> fields,
      boolean merged) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.accept(tuple.getKeyNode(), "a field's name must be text");
        continue;
      }
      String name = key.getValue();
      if (name.equals("<<") && key.isPlain()) {
        continue;
      }
      if (!known.isEmpty() && !known.contains(name)) {
        problems.accept(
            key,
            "field "
                + Quoted.of(name)
                + " not found in "
                + what
                + "; known are "
                + String.join(", ", known));
      } else if (fields.containsKey(name)) {
        if (!merged) {
          problems.accept(key, "field " + Quoted.of(name) + " occurs twice in " + what);
        }
      } else {
        fields.put(name, tuple.getValueNode());
      }
    }
    // Merged mappings come last: what is written here wins over what is merged in.
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key
          && key.isPlain()
          && key.getValue().equals("<<")) {
        merge(tuple.getValueNode(), what, known, fields);
      }
    }
  }

  private void merge(Node node, String what, List<String> known, Map<String, Node> fields) {
    List<Node> sources = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    for (Node source : sources) {
      if (source instanceof MappingNode mapping) {
        collect(mapping, what, known, fields, true);
      } else {
        problems.accept(source, "only mappings can be merged by <<");
      }
    }
  }

  /** Returns a scalar's text; empty if the node is absent or null. */
  String text(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return "";
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    problems.accept(node, what + " must be text, and is " + kind(node));
    return "";
  }

  /** Returns a whole number; 0 if the node is absent or null. */
  int number(@Nullable Node node, String what) {
    String text = text(node, what);
    if (node == null || text.isEmpty()) {
      return 0;
    }
    try {
      return Integer.decode(text.replace("0o", "0"));
    } catch (NumberFormatException e) {
      problems.accept(node, what + " must be a whole number, and is " + Quoted.of(text));
      return 0;
    }
  }

  /** Returns a duration in milliseconds; 0 if the node is absent or null. */
  long millis(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return 0;
    }
    if (!(node instanceof ScalarNode scalar)) {
      problems.accept(node, what + " must be a duration, and is " + kind(node));
      return 0;
    }
    try {
      return Durations.parseMillis(scalar.getValue());
    } catch (IllegalArgumentException e) {
      problems.accept(node, what + ": " + e.getMessage());
      return 0;
    }
  }

  /** Returns the elements of a list; none if the node is absent or null. */
  List<Node> list(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return List.of();
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    problems.accept(node, what + " must be a list, and is " + kind(node));
    return List.of();
  }

  /** Returns the values of a mapping of texts as nodes by name; none if absent or null. */
  Map<String, Node> texts(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return Map.of();
    }
    Map<String, Node> fields = of(node, what, List.of());
    return fields == null ? Map.of() : new TreeMap<>(fields);
  }

  static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.isPlain()
        && (scalar.getTag().equals(Tag.NULL)
            || scalar.getValue().isEmpty()
            || scalar.getValue().equals("~")
            || scalar.getValue().equalsIgnoreCase("null"));
  }

  private static String kind(Node node) {
    if (node.getNodeType() == NodeType.MAPPING) {
      return "a mapping";
    }
    if (node.getNodeType() == NodeType.SEQUENCE) {
      return "a list";
    }
    return isNull(node) ? "empty" : "the text " + Quoted.of(((ScalarNode) node).getValue());
  }
}
