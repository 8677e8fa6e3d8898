package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.ValueType;
import dev.guanlan.rules.template.Template;
import dev.guanlan.rules.template.TemplateException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Reads Prometheus rule files as strictly as Prometheus 3 does ({@code model/rulefmt}): everything
 * wrong is reported at once, each with its line and column.
 */
public final class RuleFiles {

  private static final List<String> FILE_FIELDS = List.of("groups");
  private static final List<String> GROUP_FIELDS =
      List.of("name", "interval", "query_offset", "limit", "rules", "labels");
  private static final List<String> RULE_FIELDS =
      List.of("record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations");

  private final String file;
  private final YamlText text;
  private final List<RuleProblem> problems = new ArrayList<>();
  private final List<RuleProblem> warnings = new ArrayList<>();
  private final YamlFields fields = new YamlFields(this::problem);

  private RuleFiles(String yaml, String file) {
    this.file = file;
    this.text = new YamlText(yaml);
  }

  /**
   * Reads the groups of a rule file.
   *
   * @param yaml the file's content; at most 2 Mi characters
   * @param fileName the file's name: it stands in messages and is the groups' namespace
   * @throws RuleFileException if anything in it is wrong
   */
  public static List<RuleGroup> parse(String yaml, String fileName) throws RuleFileException {
    return read(yaml, fileName).groups();
  }

  /**
   * Reads a rule file together with its warnings.
   *
   * @param yaml the file's content; at most 2 Mi characters
   * @param fileName the file's name: it stands in messages and is the groups' namespace
   * @throws RuleFileException if anything in it is wrong
   */
  public static RuleFile read(String yaml, String fileName) throws RuleFileException {
    RuleFiles reader = new RuleFiles(yaml, fileName);
    List<RuleGroup> groups = List.of();
    try {
      Yaml.FirstDocument document = Yaml.read(yaml);
      if (document.root() != null && !YamlFields.isNull(document.root())) {
        groups = reader.file(document.root());
      }
      if (document.nextDocument() != null) {
        reader.warnings.add(
            reader.at(
                document.nextDocument(),
                "only the first YAML document of a rule file is read; move its groups up"));
      }
    } catch (Yaml.YamlException e) {
      reader.problems.add(reader.at(e.mark(), e.getMessage()));
    }
    if (!reader.problems.isEmpty()) {
      throw new RuleFileException(reader.problems);
    }
    return new RuleFile(groups, reader.warnings);
  }

  private List<RuleGroup> file(Node root) {
    Map<String, Node> file = fields.of(root, "the rule file", FILE_FIELDS);
    List<RuleGroup> groups = new ArrayList<>();
    Set<String> names = new HashSet<>();
    if (file != null) {
      for (Node node : fields.list(file.get("groups"), "\"groups\"")) {
        RuleGroup group = group(node);
        if (group != null) {
          if (!names.add(group.name())) {
            problem(
                node,
                "groupname: "
                    + Quoted.of(group.name())
                    + " is repeated in the same file; rename it");
          }
          groups.add(group);
        }
      }
    }
    return groups;
  }

  private @Nullable RuleGroup group(Node node) {
    Map<String, Node> group = fields.of(node, "a rule group", GROUP_FIELDS);
    if (group == null) {
      return null;
    }
    String name = fields.text(group.get("name"), "\"name\"");
    if (name.isEmpty()) {
      problem(node, "Groupname must not be empty; give the group a \"name\"");
    }
    List<Rule> rules = new ArrayList<>();
    for (Node rule : fields.list(group.get("rules"), "\"rules\"")) {
      Rule read = rule(rule);
      if (read != null) {
        rules.add(read);
      }
    }
    return new RuleGroup(
        file,
        name,
        fields.millis(group.get("interval"), "\"interval\""),
        fields.millis(group.get("query_offset"), "\"query_offset\""),
        fields.number(group.get("limit"), "\"limit\""),
        labels(group.get("labels"), false),
        rules);
  }

  private @Nullable Rule rule(Node node) {
    Map<String, Node> rule = fields.of(node, "a rule", RULE_FIELDS);
    if (rule == null) {
      return null;
    }
    String record = fields.text(rule.get("record"), "\"record\"");
    String alert = fields.text(rule.get("alert"), "\"alert\"");
    if (record.isEmpty() == alert.isEmpty()) {
      problem(
          record.isEmpty() ? node : rule.getOrDefault("alert", node),
          record.isEmpty()
              ? "one of 'record' or 'alert' must be set in a rule"
              : "only one of 'record' and 'alert' must be set in a rule");
      return null;
    }
    String expr = expression(rule.get("expr"), node);
    Map<String, String> labels = labels(rule.get("labels"), record.isEmpty());
    if (record.isEmpty()) {
      return new AlertingRule(
          alert,
          expr,
          fields.millis(rule.get("for"), "\"for\""),
          fields.millis(rule.get("keep_firing_for"), "\"keep_firing_for\""),
          labels,
          annotations(rule.get("annotations")));
    }
    recording(record, rule);
    return new RecordingRule(record, expr, labels);
  }

  private void recording(String record, Map<String, Node> rule) {
    for (String field : List.of("for", "keep_firing_for", "annotations")) {
      Node value = rule.get(field);
      boolean set =
          value != null
              && (field.equals("annotations")
                  ? !fields.texts(value, "\"annotations\"").isEmpty()
                  : fields.millis(value, Quoted.of(field)) != 0);
      if (value != null && set) {
        problem(value, "invalid field '" + field + "' in recording rule; remove it");
      }
    }
    if (record.indexOf('{') >= 0 || record.indexOf('}') >= 0) {
      Node node = rule.get("record");
      if (node != null) {
        problem(
            node,
            "braces present in the recording rule name; should it be in expr?: "
                + Quoted.of(record));
      }
    }
  }

  private String expression(@Nullable Node node, Node owner) {
    String expr = fields.text(node, "\"expr\"");
    if (node == null || expr.isEmpty()) {
      problem(node == null ? owner : node, "field 'expr' must be set in rule");
      return "";
    }
    try {
      Expression parsed = Parser.parse(expr);
      if (parsed.type() != ValueType.INSTANT_VECTOR && parsed.type() != ValueType.SCALAR) {
        warnings.add(
            at(
                node.getStartMark().orElse(null),
                "the expression gives neither a vector nor a scalar; the rule will always fail"));
      }
    } catch (PromqlException e) {
      problem(node, e.startOffset(), "could not parse expression: " + e.getMessage());
    }
    return expr;
  }

  private Map<String, String> labels(@Nullable Node node, boolean templates) {
    Map<String, String> labels = new TreeMap<>();
    fields
        .texts(node, "\"labels\"")
        .forEach(
            (name, value) -> {
              if (name.isEmpty() || name.equals(Labels.METRIC_NAME)) {
                problem(value, "invalid label name: " + Quoted.of(name) + "; choose another one");
              }
              String template = fields.text(value, "a label's value");
              if (templates) {
                template(value, template, "label " + Quoted.of(name));
              }
              labels.put(name, template);
            });
    return labels;
  }

  private Map<String, String> annotations(@Nullable Node node) {
    Map<String, String> annotations = new TreeMap<>();
    fields
        .texts(node, "\"annotations\"")
        .forEach(
            (name, value) -> {
              if (name.isEmpty()) {
                problem(value, "invalid annotation name: \"\"; name the annotation");
              }
              String template = fields.text(value, "an annotation's value");
              template(value, template, "annotation " + Quoted.of(name));
              annotations.put(name, template);
            });
    return annotations;
  }

  private void template(Node node, String template, String what) {
    try {
      Template.parse(template);
    } catch (TemplateException e) {
      problem(node, e.offset(), what + ": " + e.getMessage());
    }
  }

  private void problem(Node node, String message) {
    problems.add(at(node.getStartMark().orElse(null), message));
  }

  private void problem(Node node, int offset, String message) {
    Mark mark = node.getStartMark().orElse(null);
    if (mark != null && node instanceof ScalarNode scalar) {
      YamlText.Place place = text.of(scalar, mark, offset);
      problems.add(new RuleProblem(file, place.line(), place.column(), message));
    } else {
      problems.add(at(mark, message));
    }
  }

  private RuleProblem at(@Nullable Mark mark, String message) {
    return mark == null
        ? new RuleProblem(file, 0, 0, message)
        : new RuleProblem(file, mark.getLine() + 1, mark.getColumn() + 1, message);
  }
}
