package dev.guanlan.rules.yaml;

import com.google.re2j.Pattern;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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
public final class YamlFields {

  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");

  private final YamlProblems problems;
  private final boolean unknownAllowed;

  /**
   * Makes a reader.
   *
   * @param problems takes what is wrong
   * @param unknownAllowed whether fields that are not known are skipped, instead of being wrong
   */
  public YamlFields(YamlProblems problems, boolean unknownAllowed) {
    this.problems = problems;
    this.unknownAllowed = unknownAllowed;
  }

  /** Returns the fields of a mapping by name, or null after reporting that it is none. */
  public @Nullable Map<String, Node> of(Node node, String what, List<String> known) {
    if (!(node instanceof MappingNode mapping)) {
      problems.add(node, what + " must be a mapping, and is " + kind(node));
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
        problems.add(tuple.getKeyNode(), "a field's name must be text");
        continue;
      }
      String name = key.getValue();
      if (name.equals("<<") && key.isPlain()) {
        continue;
      }
      if (!known.isEmpty() && !known.contains(name)) {
        if (!unknownAllowed) {
          problems.add(
              key,
              "field "
                  + Quoted.of(name)
                  + " not found in "
                  + what
                  + "; known are "
                  + String.join(", ", known));
        }
      } else if (fields.containsKey(name)) {
        if (!merged) {
          problems.add(key, "field " + Quoted.of(name) + " occurs twice in " + what);
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
        problems.add(source, "only mappings can be merged by <<");
      }
    }
  }

  /** Returns a scalar's text; empty if the node is absent or null. */
  public String text(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return "";
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    problems.add(node, what + " must be text, and is " + kind(node));
    return "";
  }

  /** Returns a whole number; 0 if the node is absent or null. */
  public int number(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return 0;
    }
    String text = text(node, what);
    if (node instanceof ScalarNode scalar && scalar.isPlain()) {
      try {
        return Integer.decode(text.replace("_", "").replace("0o", "0"));
      } catch (NumberFormatException e) {
        Double value = decimal(text.replace("_", ""));
        if (value != null && value == value.intValue()) {
          return value.intValue();
        }
      }
    }
    problems.add(node, what + " must be a whole number, and is " + Quoted.of(text));
    return 0;
  }

  /** Returns a duration in milliseconds; 0 if the node is absent or null. */
  public long millis(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return 0;
    }
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(node, what + " must be a duration, and is " + kind(node));
      return 0;
    }
    try {
      return Durations.parseMillis(scalar.getValue());
    } catch (IllegalArgumentException e) {
      problems.add(node, what + ": " + e.getMessage());
      return 0;
    }
  }

  /** Returns a number; 0 if the node is absent or null. */
  public double decimal(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return 0;
    }
    if (node instanceof ScalarNode scalar && scalar.isPlain()) {
      Double value = decimal(scalar.getValue().replace("_", ""));
      if (value != null) {
        return value;
      }
    }
    problems.add(node, what + " must be a number, and is " + kind(node));
    return 0;
  }

  /** Returns the number that a text is in YAML; null if it is none. */
  private static @Nullable Double decimal(String text) {
    String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    String sign = text.startsWith("-") ? "-" : "";
    switch (unsigned) {
      case ".inf", ".Inf", ".INF" -> {
        return sign.isEmpty() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      }
      case ".nan", ".NaN", ".NAN" -> {
        return Double.NaN;
      }
      default -> {
        if (DECIMAL.matcher(text).matches() && !unsigned.matches("0[0-7]+")) {
          return Double.valueOf(text);
        }
      }
    }
    String digits = unsigned.replaceFirst("^0[xXoObB]?", "");
    int base =
        unsigned.matches("0[xX][0-9a-fA-F]+")
            ? 16
            : unsigned.matches("0[bB][01]+") ? 2 : unsigned.matches("0[oO]?[0-7]+") ? 8 : 0;
    return base == 0 ? null : Double.valueOf(new BigInteger(sign + digits, base).doubleValue());
  }

  /** Returns whether something is so; false if the node is absent or null. */
  public boolean flag(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return false;
    }
    if (node instanceof ScalarNode scalar && scalar.isPlain()) {
      switch (scalar.getValue().toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on", "y" -> {
          return true;
        }
        case "false", "no", "off", "n" -> {
          return false;
        }
        default -> {}
      }
    }
    problems.add(node, what + " must be true or false, and is " + kind(node));
    return false;
  }

  /** Returns the elements of a list; none if the node is absent or null. */
  public List<Node> list(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return List.of();
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    problems.add(node, what + " must be a list, and is " + kind(node));
    return List.of();
  }

  /** Returns the values of a mapping of texts as nodes by name; none if absent or null. */
  public Map<String, Node> texts(@Nullable Node node, String what) {
    if (node == null || isNull(node)) {
      return Map.of();
    }
    Map<String, Node> fields = of(node, what, List.of());
    return fields == null ? Map.of() : new TreeMap<>(fields);
  }

  /** Tells whether a node says nothing. */
  public static boolean isNull(Node node) {
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
