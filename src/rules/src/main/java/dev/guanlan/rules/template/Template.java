package dev.guanlan.rules.template;

import java.util.List;
import java.util.Map;

/** Expands a label's or annotation's text for an alert. Immutable. */
public final class Template {

  private static final List<String> VARIABLES =
      List.of("$", "$labels", "$externalLabels", "$externalURL", "$value");

  private final String text;
  private final Map<String, List<Node>> definitions;

  private Template(String text, Map<String, List<Node>> definitions) {
    this.text = text;
    this.definitions = definitions;
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if it is malformed, or uses a function or a variable that does not
   *     exist
   */
  public static Template parse(String text) throws TemplateException {
    if (!text.contains("{{")) {
      return new Template(text, Map.of("", List.of(new Node.Text(text))));
    }
    return new Template(text, new TemplateParser(text, VARIABLES).parse());
  }

  /**
   * Expands the template.
   *
   * @throws TemplateException if a function fails, or a value is not what a function takes
   */
  public String expand(TemplateData data) throws TemplateException {
    return text.contains("{{") ? new Evaluator(definitions, data).expand() : text;
  }

  /** Returns the template's text. */
  @Override
  public String toString() {
    return text;
  }
}
