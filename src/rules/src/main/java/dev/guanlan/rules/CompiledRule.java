package dev.guanlan.rules;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.Selectors;
import dev.guanlan.rules.template.Template;
import dev.guanlan.rules.template.TemplateException;
import dev.guanlan.rules.yaml.Quoted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds a rule with everything parsed that it says.
 *
 * @param rule the rule
 * @param expression its expression
 * @param labels templates of its labels, those of the group among them
 * @param annotations templates of its annotations; none for a recording rule
 * @param language which experimental parts of PromQL its texts may use
 * @param windows what its expression, and the queries of its templates, look at
 * @param usesTopology whether any of its templates uses the topology
 */
record CompiledRule(
    Rule rule,
    Expression expression,
    Map<String, Template> labels,
    Map<String, Template> annotations,
    ParserOptions language,
    List<SelectedWindow> windows,
    boolean usesTopology) {

  /** Parses a rule; its windows are not looked for. */
  static CompiledRule of(Rule rule, Map<String, String> groupLabels, ParserOptions language)
      throws RuleException {
    try {
      Expression expression = Parser.parse(rule.expr(), language);
      Map<String, String> texts = new TreeMap<>(groupLabels);
      texts.putAll(rule.labels());
      Map<String, Template> labels = new TreeMap<>();
      Map<String, Template> annotations = new TreeMap<>();
      if (rule instanceof AlertingRule alerting) {
        compile(texts, labels);
        compile(alerting.annotations(), annotations);
      } else {
        for (Map.Entry<String, String> label : texts.entrySet()) {
          labels.put(label.getKey(), Template.literal(label.getValue()));
        }
      }
      return new CompiledRule(
          rule,
          expression,
          Collections.unmodifiableMap(labels),
          Collections.unmodifiableMap(annotations),
          language,
          List.of(),
          usesTopology(labels) || usesTopology(annotations));
    } catch (PromqlException | TemplateException e) {
      throw refused(rule, e);
    }
  }

  /**
   * Returns the rule with the windows that it needs in a stream.
   *
   * @throws RuleException if it is not known what a selector looks at
   */
  CompiledRule windowed(long lookbackMillis) throws RuleException {
    try {
      List<SelectedWindow> found = new ArrayList<>(Selectors.of(expression, lookbackMillis));
      for (Map<String, Template> templates : List.of(labels, annotations)) {
        for (Template template : templates.values()) {
          for (String query : template.queries()) {
            found.addAll(Selectors.of(Parser.parse(query, language), lookbackMillis));
          }
        }
      }
      return new CompiledRule(
          rule, expression, labels, annotations, language, List.copyOf(found), usesTopology);
    } catch (PromqlException | IllegalArgumentException e) {
      throw refused(rule, e);
    }
  }

  /** Returns the rule with another expression and what is to be known of what it looks at. */
  CompiledRule with(Expression other, List<SelectedWindow> looksAt) {
    return new CompiledRule(
        rule, other, labels, annotations, language, List.copyOf(looksAt), usesTopology);
  }

  /** Tells whether any template of the rule queries. */
  boolean usesQueries() {
    return labels.values().stream().anyMatch(Template::usesQueries)
        || annotations.values().stream().anyMatch(Template::usesQueries);
  }

  private static boolean usesTopology(Map<String, Template> templates) {
    return templates.values().stream().anyMatch(Template::usesTopology);
  }

  private static RuleException refused(Rule rule, Exception cause) {
    return new RuleException(
        "the rule " + Quoted.of(rule.name()) + " cannot be evaluated: " + cause.getMessage(),
        cause);
  }

  private static void compile(Map<String, String> texts, Map<String, Template> templates)
      throws TemplateException {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      templates.put(text.getKey(), Template.parse(text.getValue()));
    }
  }
}
