package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.Selectors;
import dev.guanlan.promql.ValueType;
import dev.guanlan.rules.template.Template;
import dev.guanlan.rules.template.TemplateException;
import dev.guanlan.rules.yaml.Quoted;
import dev.guanlan.rules.yaml.YamlDocuments;
import dev.guanlan.rules.yaml.YamlFields;
import dev.guanlan.rules.yaml.YamlProblem;
import dev.guanlan.rules.yaml.YamlProblems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

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

  private static final GroupCheck NO_CHECK = group -> {};

  private final String file;
  private final RuleFileOptions options;
  private final GroupCheck check;
  private final YamlProblems problems;
  private final List<YamlProblem> warnings = new ArrayList<>();
  private final YamlFields fields;

  /** Says what is wrong with a group as a whole, in which nothing is wrong by itself. */
  @FunctionalInterface
  public interface GroupCheck {

    /** Returns if nothing is. */
    void check(RuleGroup group) throws RuleException;
  }

  private RuleFiles(String yaml, String file, RuleFileOptions options, GroupCheck check) {
    this.file = file;
    this.options = options;
    this.check = check;
    this.problems = new YamlProblems(yaml, file);
    this.fields = new YamlFields(problems, options.unknownFieldsAllowed());
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
    return read(yaml, fileName, RuleFileOptions.STRICT);
  }

  /**
   * Reads a rule file together with its warnings.
   *
   * @param yaml the file's content; at most 2 Mi characters
   * @param fileName the file's name: it stands in messages and is the groups' namespace
   * @throws RuleFileException if anything in it is wrong
   */
  public static RuleFile read(String yaml, String fileName, RuleFileOptions options)
      throws RuleFileException {
    return read(yaml, fileName, options, NO_CHECK);
  }

  /**
   * Reads a rule file together with its warnings.
   *
   * @param yaml the file's content; at most 2 Mi characters
   * @param fileName the file's name: it stands in messages and is the groups' namespace
   * @param check what it finds is told with the place of the group
   * @throws RuleFileException if anything in it is wrong
   */
  public static RuleFile read(
      String yaml, String fileName, RuleFileOptions options, GroupCheck check)
      throws RuleFileException {
    return new RuleFiles(yaml, fileName, options, check).read(yaml, RuleFiles::file);
  }

  /**
   * Reads a group that stands for itself, as the ruler API takes it: what is an element of {@code
   * groups} in a rule file.
   *
   * @param yaml the group; at most 2 Mi characters
   * @param namespace the group's namespace, which stands in messages as a file's name does
   * @param check what it finds is told with the place of the group
   * @return the group alone, together with its warnings
   * @throws RuleFileException if anything in it is wrong
   */
  public static RuleFile readGroup(
      String yaml, String namespace, RuleFileOptions options, GroupCheck check)
      throws RuleFileException {
    RuleFiles reader = new RuleFiles(yaml, namespace, options, check);
    RuleFile read =
        reader.read(
            yaml,
            (self, root) -> {
              RuleGroup group = self.group(root);
              return group == null ? List.of() : List.of(group);
            });
    if (read.groups().isEmpty()) {
      throw new RuleFileException(
          List.of(
              new YamlProblem(
                  namespace, 0, 0, "there is no rule group; give its name and its rules")));
    }
    return read;
  }

  /** Takes the groups out of a document. */
  private interface Layout {
    List<RuleGroup> groups(RuleFiles reader, Node root);
  }

  private RuleFile read(String yaml, Layout layout) throws RuleFileException {
    List<RuleGroup> groups = List.of();
    YamlDocuments.FirstDocument document = YamlDocuments.read(yaml, problems);
    if (document.root() != null && !YamlFields.isNull(document.root())) {
      groups = layout.groups(this, document.root());
    }
    if (document.nextDocument() != null) {
      warnings.add(
          problems.at(
              document.nextDocument(),
              "only the first YAML document of a rule file is read; move its groups up"));
    }
    if (!problems.found().isEmpty()) {
      throw new RuleFileException(problems.found());
    }
    return new RuleFile(groups, warnings);
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
            problems.add(
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
    int problemsBefore = problems.size();
    Map<String, Node> group = fields.of(node, "a rule group", GROUP_FIELDS);
    if (group == null) {
      return null;
    }
    String name = fields.text(group.get("name"), "\"name\"");
    if (name.isEmpty()) {
      problems.add(node, "Groupname must not be empty; give the group a \"name\"");
    }
    List<Rule> rules = new ArrayList<>();
    for (Node rule : fields.list(group.get("rules"), "\"rules\"")) {
      Rule taken = rule(rule);
      if (taken != null) {
        rules.add(taken);
      }
    }
    RuleGroup read =
        new RuleGroup(
            file,
            name,
            fields.millis(group.get("interval"), "\"interval\""),
            fields.millis(group.get("query_offset"), "\"query_offset\""),
            fields.number(group.get("limit"), "\"limit\""),
            labels(group.get("labels"), options.streamed() && alerting(rules)),
            rules);
    if (problems.size() == problemsBefore) {
      try {
        check.check(read);
      } catch (RuleException e) {
        problems.add(node, String.valueOf(e.getMessage()));
      }
    }
    return read;
  }

  /** Tells whether any rule takes its group's labels as templates. */
  private static boolean alerting(List<Rule> rules) {
    return rules.stream().anyMatch(AlertingRule.class::isInstance);
  }

  private @Nullable Rule rule(Node node) {
    Map<String, Node> rule = fields.of(node, "a rule", RULE_FIELDS);
    if (rule == null) {
      return null;
    }
    String record = fields.text(rule.get("record"), "\"record\"");
    String alert = fields.text(rule.get("alert"), "\"alert\"");
    if (record.isEmpty() == alert.isEmpty()) {
      problems.add(
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
        problems.add(value, "invalid field '" + field + "' in recording rule; remove it");
      }
    }
    if (record.indexOf('{') >= 0 || record.indexOf('}') >= 0) {
      Node node = rule.get("record");
      if (node != null) {
        problems.add(
            node,
            "braces present in the recording rule name; should it be in expr?: "
                + Quoted.of(record));
      }
    }
  }

  private String expression(@Nullable Node node, Node owner) {
    String expr = fields.text(node, "\"expr\"");
    if (node == null || expr.isEmpty()) {
      problems.add(node == null ? owner : node, "field 'expr' must be set in rule");
      return "";
    }
    try {
      Expression parsed = Parser.parse(expr, options.language());
      if (parsed.type() != ValueType.INSTANT_VECTOR && parsed.type() != ValueType.SCALAR) {
        warnings.add(
            problems.at(
                node.getStartMark().orElse(null),
                "the expression gives neither a vector nor a scalar; the rule will always fail"));
      }
      streamed(node, parsed);
    } catch (PromqlException e) {
      problems.add(node, e.startOffset(), "could not parse expression: " + e.getMessage());
    }
    return expr;
  }

  /** Has a problem with what no window that moves with the time covers, if that matters. */
  private void streamed(Node node, Expression expression) {
    if (!options.streamed()) {
      return;
    }
    try {
      Selectors.of(expression, Selectors.DEFAULT_LOOKBACK_MILLIS);
    } catch (IllegalArgumentException e) {
      problems.add(node, "no stream can evaluate this: " + e.getMessage());
    }
  }

  private Map<String, String> labels(@Nullable Node node, boolean templates) {
    Map<String, String> labels = new TreeMap<>();
    fields
        .texts(node, "\"labels\"")
        .forEach(
            (name, value) -> {
              if (name.isEmpty() || name.equals(Labels.METRIC_NAME)) {
                problems.add(
                    value, "invalid label name: " + Quoted.of(name) + "; choose another one");
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
                problems.add(value, "invalid annotation name: \"\"; name the annotation");
              }
              String template = fields.text(value, "an annotation's value");
              template(value, template, "annotation " + Quoted.of(name));
              annotations.put(name, template);
            });
    return annotations;
  }

  private void template(Node node, String template, String what) {
    try {
      for (String query : Template.parse(template).queries()) {
        if (options.streamed()) {
          streamed(node, Parser.parse(query, options.language()));
        }
      }
    } catch (TemplateException e) {
      problems.add(node, e.offset(), what + ": " + e.getMessage());
    } catch (PromqlException e) {
      problems.add(node, what + ": could not parse the query of its template: " + e.getMessage());
    }
  }
}
