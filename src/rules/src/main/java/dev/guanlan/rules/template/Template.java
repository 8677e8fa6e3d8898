package dev.guanlan.rules.template;

import java.util.List;
import java.util.Map;

/** Expands a label's or annotation's text for an alert. Immutable. */
public final class Template {

  private static final List<String> VARIABLES =
      List.of("$", "$labels", "$externalLabels", "$externalURL", "$value", TemplateParser.TOPOLOGY);

  private final String text;
  private final Map<String, List<Node>> definitions;
  private final List<String> queries;
  private final boolean usesQueries;
  private final boolean usesTopology;

  private Template(
      String text,
      Map<String, List<Node>> definitions,
      List<String> queries,
      boolean usesQueries,
      boolean usesTopology) {
    this.text = text;
    this.definitions = definitions;
    this.queries = List.copyOf(queries);
    this.usesQueries = usesQueries;
    this.usesTopology = usesTopology;
  }

  /** Makes a template that stands for a text letter by letter, braces included. */
  public static Template literal(String text) {
    return new Template(text, Map.of("", List.of(new Node.Text(text))), List.of(), false, false);
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if it is malformed, or uses a function, a variable or a part of the
   *     topology that does not exist
   */
  public static Template parse(String text) throws TemplateException {
    if (!text.contains("{{")) {
      return literal(text);
    }
    TemplateParser parser = new TemplateParser(text, VARIABLES);
    return new Template(
        text, parser.parse(), parser.queries(), parser.usesQueries(), parser.usesTopology());
  }

  /** Returns the PromQL texts that the template queries as they are written in it. */
  public List<String> queries() {
    return queries;
  }

  /** Tells whether the template queries at all, also what is not written in it. */
  public boolean usesQueries() {
    return usesQueries;
  }

  /** Tells whether the template can look at the topology. */
  public boolean usesTopology() {
    return usesTopology;
  }

  /**
   * Expands the template.
   *
   * @throws TemplateException if a function fails, or a value is not what a function takes
   */
  public String expand(TemplateData data) throws TemplateException {
    return new Evaluator(definitions, data, usesTopology).expand();
  }

  /** Returns the template's text. */
  @Override
  public String toString() {
    return text;
  }
}
