package dev.guanlan.rules;

import com.google.re2j.Pattern;
import dev.guanlan.rules.yaml.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Writes rule groups as YAML that {@link RuleFiles} reads back as the same groups. What a group
 * leaves to its default is left out.
 */
public final class RuleFileWriter {

  private static final DumpSettings SETTINGS =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setIndicatorIndent(2)
          .setIndentWithIndicator(true)
          .setIndent(2)
          .setSplitLines(false)
          .build();

  /** Texts that no reader of YAML, of whatever version, takes for a number, a date or a flag. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_(][^\\x00-\\x1f]*");

  private static final Pattern FLAG =
      Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null|nan|inf|infinity");

  private RuleFileWriter() {}

  /** Writes a rule file of some groups. */
  public static String file(List<RuleGroup> groups) {
    return text(mapping(field("groups", groups(groups))));
  }

  /** Writes a group by itself, as the ruler API shows it. */
  public static String group(RuleGroup group) {
    return text(node(group));
  }

  /** Writes the groups of some namespaces, as the ruler API shows them. */
  public static String namespaces(Map<String, List<RuleGroup>> byNamespace) {
    List<NodeTuple> fields = new ArrayList<>();
    new TreeMap<>(byNamespace)
        .forEach((namespace, groups) -> fields.add(field(namespace, groups(groups))));
    return text(mapping(fields.toArray(NodeTuple[]::new)));
  }

  private static Node groups(List<RuleGroup> groups) {
    return sequence(groups.stream().map(RuleFileWriter::node).toList());
  }

  private static Node node(RuleGroup group) {
    List<NodeTuple> fields = new ArrayList<>();
    fields.add(field("name", text(group.name(), false)));
    duration(fields, "interval", group.intervalMillis());
    duration(fields, "query_offset", group.queryOffsetMillis());
    if (group.limit() != 0) {
      fields.add(
          field(
              "limit",
              new ScalarNode(Tag.INT, Integer.toString(group.limit()), ScalarStyle.PLAIN)));
    }
    texts(fields, "labels", group.labels());
    fields.add(field("rules", sequence(group.rules().stream().map(RuleFileWriter::node).toList())));
    return mapping(fields.toArray(NodeTuple[]::new));
  }

  private static Node node(Rule rule) {
    List<NodeTuple> fields = new ArrayList<>();
    fields.add(field(rule instanceof AlertingRule ? "alert" : "record", text(rule.name(), false)));
    fields.add(field("expr", text(rule.expr(), true)));
    if (rule instanceof AlertingRule alerting) {
      duration(fields, "for", alerting.forMillis());
      duration(fields, "keep_firing_for", alerting.keepFiringForMillis());
    }
    texts(fields, "labels", rule.labels());
    if (rule instanceof AlertingRule alerting) {
      texts(fields, "annotations", alerting.annotations());
    }
    return mapping(fields.toArray(NodeTuple[]::new));
  }

  private static void duration(List<NodeTuple> fields, String name, long millis) {
    if (millis != 0) {
      fields.add(field(name, new ScalarNode(Tag.STR, Durations.format(millis), ScalarStyle.PLAIN)));
    }
  }

  private static void texts(List<NodeTuple> fields, String name, Map<String, String> texts) {
    if (!texts.isEmpty()) {
      List<NodeTuple> values = new ArrayList<>();
      texts.forEach((key, value) -> values.add(field(key, text(value, true))));
      fields.add(field(name, mapping(values.toArray(NodeTuple[]::new))));
    }
  }

  private static NodeTuple field(String name, Node value) {
    return new NodeTuple(text(name, false), value);
  }

  /** Makes a text; one of several lines is shown line by line where it may. */
  private static Node text(String text, boolean lines) {
    ScalarStyle style =
        lines && text.indexOf('\n') >= 0
            ? ScalarStyle.LITERAL
            : PLAIN.matches(text) && !FLAG.matches(text)
                ? ScalarStyle.PLAIN
                : ScalarStyle.DOUBLE_QUOTED;
    return new ScalarNode(Tag.STR, text, style);
  }

  private static MappingNode mapping(NodeTuple... fields) {
    return new MappingNode(
        Tag.MAP, List.of(fields), fields.length == 0 ? FlowStyle.FLOW : FlowStyle.BLOCK);
  }

  private static SequenceNode sequence(List<Node> elements) {
    return new SequenceNode(
        Tag.SEQ, elements, elements.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
  }

  private static String text(Node root) {
    return new Present(SETTINGS)
        .emitToString(new Serialize(SETTINGS).serializeOne(root).iterator());
  }
}
