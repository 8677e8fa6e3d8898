package dev.guanlan.rules.unittest;

import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.template.AlertPlace;
import dev.guanlan.rules.unittest.UnitTest.AlertCase;
import dev.guanlan.rules.unittest.UnitTest.ExpectedSample;
import dev.guanlan.rules.unittest.UnitTest.ExpressionCase;
import dev.guanlan.rules.unittest.UnitTest.InputSeries;
import dev.guanlan.rules.yaml.Quoted;
import dev.guanlan.rules.yaml.YamlDocuments;
import dev.guanlan.rules.yaml.YamlFields;
import dev.guanlan.rules.yaml.YamlProblems;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads files of unit tests as strictly as promtool does. */
final class UnitTestReader {

  private static final long DEFAULT_INTERVAL_MILLIS = 60_000;
  private static final List<String> FILE_FIELDS =
      List.of(
          "rule_files",
          "evaluation_interval",
          "group_eval_order",
          "tests",
          "fuzzy_compare",
          "topology");

  /** Of this platform's own. */
  private static final List<String> PLACE_FIELDS =
      List.of(
          "labels", "cluster", "namespace", "workload", "node", "service", "owner", "dependants");

  private static final List<String> TEST_FIELDS =
      List.of(
          "name",
          "interval",
          "input_series",
          "alert_rule_test",
          "promql_expr_test",
          "external_labels",
          "external_url",
          "start_timestamp");
  private static final List<String> SERIES_FIELDS = List.of("series", "values");
  private static final List<String> ALERT_CASE_FIELDS =
      List.of("eval_time", "alertname", "exp_alerts");
  private static final List<String> ALERT_FIELDS = List.of("exp_labels", "exp_annotations");
  private static final List<String> EXPRESSION_FIELDS = List.of("expr", "eval_time", "exp_samples");
  private static final List<String> SAMPLE_FIELDS = List.of("labels", "value", "histogram");

  private final YamlProblems problems;
  private final YamlFields fields;

  private UnitTestReader(String yaml, String file) {
    this.problems = new YamlProblems(yaml, file);
    this.fields = new YamlFields(problems, false);
  }

  /**
   * Reads a file.
   *
   * @param yaml the file's content
   * @param file the file's name as it is to stand in messages
   * @throws RuleFileException if anything in it is wrong
   */
  static UnitTestFile read(String yaml, String file) throws RuleFileException {
    UnitTestReader reader = new UnitTestReader(yaml, file);
    Node root = YamlDocuments.read(yaml, reader.problems).root();
    UnitTestFile read = reader.file(root);
    if (!reader.problems.found().isEmpty()) {
      throw new RuleFileException(reader.problems.found());
    }
    return read;
  }

  private UnitTestFile file(@Nullable Node root) {
    Map<String, Node> file = mapping(root, "the test file", FILE_FIELDS);
    long interval = fields.millis(file.get("evaluation_interval"), "\"evaluation_interval\"");
    long evaluation = interval == 0 ? DEFAULT_INTERVAL_MILLIS : interval;
    return new UnitTestFile(
        texts(file.get("rule_files"), "\"rule_files\""),
        evaluation,
        groupOrder(file.get("group_eval_order")),
        fields.flag(file.get("fuzzy_compare"), "\"fuzzy_compare\""),
        new TestTopology(list(file.get("topology"), "\"topology\"", this::place)),
        list(file.get("tests"), "\"tests\"", node -> test(node, evaluation)));
  }

  private List<String> groupOrder(@Nullable Node node) {
    List<String> order = texts(node, "\"group_eval_order\"");
    Set<String> seen = new HashSet<>();
    for (String name : order) {
      if (node != null && !seen.add(name)) {
        problems.add(
            node, "group name repeated in evaluation order: " + Quoted.of(name) + "; name it once");
      }
    }
    return order;
  }

  private TestTopology.Entry place(Node node) {
    Map<String, Node> place = mapping(node, "a place in the topology", PLACE_FIELDS);
    return new TestTopology.Entry(
        textsByName(place.get("labels"), "\"labels\""),
        new AlertPlace(
            fields.text(place.get("cluster"), "\"cluster\""),
            fields.text(place.get("namespace"), "\"namespace\""),
            fields.text(place.get("workload"), "\"workload\""),
            fields.text(place.get("node"), "\"node\""),
            fields.text(place.get("service"), "\"service\""),
            fields.text(place.get("owner"), "\"owner\""),
            texts(place.get("dependants"), "\"dependants\"")));
  }

  private UnitTest test(Node node, long evaluationMillis) {
    Map<String, Node> test = mapping(node, "a test", TEST_FIELDS);
    long interval = fields.millis(test.get("interval"), "\"interval\"");
    return new UnitTest(
        fields.text(test.get("name"), "\"name\""),
        interval == 0 ? evaluationMillis : interval,
        start(test.get("start_timestamp")),
        list(test.get("input_series"), "\"input_series\"", this::series),
        list(test.get("alert_rule_test"), "\"alert_rule_test\"", this::alertCase),
        list(test.get("promql_expr_test"), "\"promql_expr_test\"", this::expressionCase),
        textsByName(test.get("external_labels"), "\"external_labels\""),
        fields.text(test.get("external_url"), "\"external_url\""));
  }

  private InputSeries series(Node node) {
    Map<String, Node> series = mapping(node, "an input series", SERIES_FIELDS);
    return new InputSeries(
        line(node),
        fields.text(series.get("series"), "\"series\""),
        fields.text(series.get("values"), "\"values\""));
  }

  private AlertCase alertCase(Node node) {
    Map<String, Node> alerts = mapping(node, "an alert test", ALERT_CASE_FIELDS);
    String name = fields.text(alerts.get("alertname"), "\"alertname\"");
    return new AlertCase(
        line(node),
        fields.millis(alerts.get("eval_time"), "\"eval_time\""),
        name,
        list(alerts.get("exp_alerts"), "\"exp_alerts\"", alert -> alert(alert, name)));
  }

  private AlertTexts alert(Node node, String name) {
    Map<String, Node> alert = mapping(node, "an expected alert", ALERT_FIELDS);
    Map<String, String> labels = textsByName(alert.get("exp_labels"), "\"exp_labels\"");
    // Tests leave out what the rule's name says already.
    labels.put("alertname", name);
    return new AlertTexts(labels, textsByName(alert.get("exp_annotations"), "\"exp_annotations\""));
  }

  private ExpressionCase expressionCase(Node node) {
    Map<String, Node> expression = mapping(node, "an expression test", EXPRESSION_FIELDS);
    return new ExpressionCase(
        line(node),
        fields.text(expression.get("expr"), "\"expr\""),
        fields.millis(expression.get("eval_time"), "\"eval_time\""),
        list(expression.get("exp_samples"), "\"exp_samples\"", this::sample));
  }

  private ExpectedSample sample(Node node) {
    Map<String, Node> sample = mapping(node, "an expected sample", SAMPLE_FIELDS);
    return new ExpectedSample(
        fields.text(sample.get("labels"), "\"labels\""),
        fields.decimal(sample.get("value"), "\"value\""),
        fields.text(sample.get("histogram"), "\"histogram\""));
  }

  /** Reads seconds since the epoch, or a date and time as RFC 3339 writes them. */
  private long start(@Nullable Node node) {
    String text = fields.text(node, "\"start_timestamp\"");
    if (node == null || YamlFields.isNull(node)) {
      return 0;
    }
    try {
      if (text.matches("[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")) {
        return new BigDecimal(text)
            .movePointRight(3)
            .setScale(0, RoundingMode.FLOOR)
            .longValueExact();
      }
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeParseException | ArithmeticException e) {
      problems.add(
          node,
          "cannot parse "
              + Quoted.of(text)
              + " to a valid timestamp; write seconds since 1970, or a time such as"
              + " 2024-01-01T00:00:00Z");
      return 0;
    }
  }

  /**
   * Returns the fields of a mapping; none if it is missing or null, as Go leaves a struct empty.
   */
  private Map<String, Node> mapping(@Nullable Node node, String what, List<String> known) {
    if (node == null || YamlFields.isNull(node)) {
      return Map.of();
    }
    Map<String, Node> found = fields.of(node, what, known);
    return found == null ? Map.of() : found;
  }

  private <T> List<T> list(@Nullable Node node, String what, Function<Node, T> read) {
    List<T> elements = new ArrayList<>();
    for (Node element : fields.list(node, what)) {
      elements.add(read.apply(element));
    }
    return List.copyOf(elements);
  }

  private List<String> texts(@Nullable Node node, String what) {
    return list(node, what, element -> fields.text(element, "an element of " + what));
  }

  private Map<String, String> textsByName(@Nullable Node node, String what) {
    Map<String, String> texts = new TreeMap<>();
    fields
        .texts(node, what)
        .forEach((name, value) -> texts.put(name, fields.text(value, "a value of " + what)));
    return texts;
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }
}
