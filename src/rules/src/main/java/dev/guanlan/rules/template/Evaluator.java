package dev.guanlan.rules.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Walks a template's tree and writes what it expands to. One expansion long. */
final class Evaluator {

  private static final int MAX_OUTPUT = 1 << 20;
  private static final int MAX_CALLS = 100;
  private static final int MAX_STEPS = 1_000_000;

  private final Map<String, List<Node>> definitions;
  private final TemplateData data;
  private final boolean usesTopology;
  private final StringBuilder output = new StringBuilder();
  private List<Variable> variables = new ArrayList<>();
  private int calls;
  private int steps;

  Evaluator(Map<String, List<Node>> definitions, TemplateData data, boolean usesTopology) {
    this.definitions = definitions;
    this.data = data;
    this.usesTopology = usesTopology;
  }

  /** Is a structure of Go: a field that it does not have is an error, unlike a map's key. */
  record Struct(Map<String, Object> fields) {}

  private static final class Variable {
    private final String name;
    private @Nullable Object value;

    private Variable(String name, @Nullable Object value) {
      this.name = name;
      this.value = value;
    }
  }

  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  String expand() throws TemplateException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("Labels", data.labels());
    fields.put("ExternalLabels", data.externalLabels());
    fields.put("ExternalURL", data.externalUrl());
    fields.put("Value", data.value());
    if (usesTopology) {
      // Not for others, to whom {{ . }} is to print what it prints in Prometheus.
      Struct topology = new Struct(data.topology().fields());
      fields.put(TemplateParser.TOPOLOGY_FIELD, topology);
      variables.add(new Variable(TemplateParser.TOPOLOGY, topology));
    }
    Struct root = new Struct(fields);
    variables.add(new Variable("$", root));
    variables.add(new Variable("$labels", data.labels()));
    variables.add(new Variable("$externalLabels", data.externalLabels()));
    variables.add(new Variable("$externalURL", data.externalUrl()));
    variables.add(new Variable("$value", data.value()));
    nodes(definitions.getOrDefault("", List.of()), root);
    return output.toString();
  }

  private Flow nodes(List<Node> nodes, @Nullable Object dot) throws TemplateException {
    int scope = variables.size();
    Flow flow = Flow.ON;
    for (Node node : nodes) {
      flow = node(node, dot);
      if (flow != Flow.ON) {
        break;
      }
    }
    leave(scope);
    return flow;
  }

  private void leave(int scope) {
    variables.subList(scope, variables.size()).clear();
  }

  private Flow node(Node node, @Nullable Object dot) throws TemplateException {
    if (++steps > MAX_STEPS) {
      throw new TemplateException("the template takes more than " + MAX_STEPS + " steps", 0);
    }
    if (node instanceof Node.Text text) {
      write(text.text());
    } else if (node instanceof Node.Action action) {
      Object value = pipeline(action.pipeline(), dot);
      if (action.pipeline().variables().isEmpty()) {
        write(GoFormat.print(value));
      }
    } else if (node instanceof Node.If choice) {
      int scope = variables.size();
      boolean holds = truth(pipeline(choice.condition(), dot));
      Flow flow = nodes(holds ? choice.then() : choice.otherwise(), dot);
      leave(scope);
      return flow;
    } else if (node instanceof Node.With with) {
      int scope = variables.size();
      Object value = pipeline(with.value(), dot);
      Flow flow = truth(value) ? nodes(with.then(), value) : nodes(with.otherwise(), dot);
      leave(scope);
      return flow;
    } else if (node instanceof Node.Range range) {
      return range(range, dot);
    } else if (node instanceof Node.Call call) {
      call(call, dot);
    } else {
      return node instanceof Node.Break ? Flow.BREAK : Flow.CONTINUE;
    }
    return Flow.ON;
  }

  private Flow range(Node.Range range, @Nullable Object dot) throws TemplateException {
    int scope = variables.size();
    Node.Pipeline pipeline = range.elements();
    Object elements = value(pipeline, dot);
    Map<Object, Object> entries = new LinkedHashMap<>();
    if (elements instanceof Map<?, ?> map) {
      entries.putAll(new TreeMap<>(map));
    } else if (elements instanceof Collection<?> list) {
      list.forEach(element -> entries.put((long) entries.size(), element));
    } else if (elements instanceof Long count) {
      if (pipeline.variables().size() > 1) {
        throw new TemplateException(
            "can't use " + count + " to iterate over more than one variable", pipeline.offset());
      }
      for (long i = 0; i < count && i <= MAX_STEPS; i++) {
        entries.put(i, i);
      }
    } else if (elements != null) {
      throw new TemplateException(
          "range can't iterate over " + GoFormat.print(elements), pipeline.offset());
    }
    for (Map.Entry<Object, Object> entry : entries.entrySet()) {
      List<String> names = pipeline.variables();
      if (!names.isEmpty()) {
        set(names.get(names.size() - 1), entry.getValue(), pipeline);
        if (names.size() == 2) {
          set(names.get(0), entry.getKey(), pipeline);
        }
      }
      Flow flow = nodes(range.body(), entry.getValue());
      leave(scope);
      if (flow == Flow.BREAK) {
        break;
      }
    }
    if (entries.isEmpty()) {
      return nodes(range.otherwise(), dot);
    }
    return Flow.ON;
  }

  private void call(Node.Call call, @Nullable Object dot) throws TemplateException {
    List<Node> body = definitions.get(call.name());
    if (body == null) {
      throw new TemplateException("template \"" + call.name() + "\" not defined", call.offset());
    }
    if (++calls > MAX_CALLS) {
      throw new TemplateException("exceeded maximum template depth", call.offset());
    }
    Object argument = call.dot() == null ? null : pipeline(call.dot(), dot);
    List<Variable> outer = variables;
    variables = new ArrayList<>();
    variables.add(new Variable("$", argument));
    nodes(body, argument);
    variables = outer;
    calls--;
  }

  private @Nullable Object pipeline(Node.Pipeline pipeline, @Nullable Object dot)
      throws TemplateException {
    Object value = value(pipeline, dot);
    if (!pipeline.variables().isEmpty()) {
      set(pipeline.variables().get(0), value, pipeline);
    }
    return value;
  }

  private void set(String name, @Nullable Object value, Node.Pipeline pipeline)
      throws TemplateException {
    if (pipeline.declares()) {
      variables.add(new Variable(name, value));
    } else {
      variable(name, pipeline.offset()).value = value;
    }
  }

  private @Nullable Object value(Node.Pipeline pipeline, @Nullable Object dot)
      throws TemplateException {
    Object value = null;
    boolean first = true;
    for (Node.Command command : pipeline.commands()) {
      Node.Operand head = command.operands().get(0);
      if (head instanceof Node.Function function) {
        List<@Nullable Object> arguments = new ArrayList<>();
        if (function.name().equals("and") || function.name().equals("or")) {
          value = shortCircuit(command, function, dot, first ? null : List.of(box(value)));
          first = false;
          continue;
        }
        for (Node.Operand operand : command.operands().subList(1, command.operands().size())) {
          arguments.add(operand(operand, dot));
        }
        if (!first) {
          arguments.add(value);
        }
        value = Functions.call(function.name(), arguments, data, function.offset());
      } else if (first && command.operands().size() == 1) {
        value = operand(head, dot);
      } else if (head instanceof Node.Field field) {
        List<@Nullable Object> arguments = new ArrayList<>();
        for (Node.Operand operand : command.operands().subList(1, command.operands().size())) {
          arguments.add(operand(operand, dot));
        }
        if (!first) {
          arguments.add(value);
        }
        value = Methods.call(operand(field.of(), dot), field.name(), arguments, field.offset());
      } else {
        throw new TemplateException("can't give an argument to a non-function", head.offset());
      }
      first = false;
    }
    return value;
  }

  private static Object box(@Nullable Object value) {
    return new Object[] {value};
  }

  /** Evaluates {@code and} and {@code or}, which stop at the first argument that decides. */
  private @Nullable Object shortCircuit(
      Node.Command command,
      Node.Function function,
      @Nullable Object dot,
      @Nullable List<Object> piped)
      throws TemplateException {
    boolean stopAt = function.name().equals("or");
    List<Node.Operand> operands = command.operands().subList(1, command.operands().size());
    if (operands.isEmpty() && piped == null) {
      throw new TemplateException(
          "wrong number of args for " + function.name() + ": want at least 1 got 0",
          function.offset());
    }
    Object value = null;
    for (Node.Operand operand : operands) {
      value = operand(operand, dot);
      if (truth(value) == stopAt) {
        return value;
      }
    }
    return piped == null ? value : ((Object[]) piped.get(0))[0];
  }

  private @Nullable Object operand(Node.Operand operand, @Nullable Object dot)
      throws TemplateException {
    if (operand instanceof Node.Literal literal) {
      return literal.value();
    }
    if (operand instanceof Node.Dot) {
      return dot;
    }
    if (operand instanceof Node.Variable variable) {
      return variable(variable.name(), variable.offset()).value;
    }
    if (operand instanceof Node.Field field) {
      return field(operand(field.of(), dot), field);
    }
    if (operand instanceof Node.Group group) {
      return pipeline(group.pipeline(), dot);
    }
    Node.Function function = (Node.Function) operand;
    return Functions.call(function.name(), List.of(), data, function.offset());
  }

  private static @Nullable Object field(@Nullable Object of, Node.Field field)
      throws TemplateException {
    if (of instanceof Struct struct) {
      if (struct.fields().containsKey(field.name())) {
        return struct.fields().get(field.name());
      }
    } else if (of instanceof TemplateData.Sample sample) {
      if (field.name().equals("Labels")) {
        return sample.labels();
      }
      if (field.name().equals("Value")) {
        return sample.value();
      }
    } else if (of instanceof Arguments arguments) {
      return arguments.get(field.name());
    } else if (of instanceof Map<?, ?> map) {
      // Prometheus sets missingkey=zero, so a label that is not there is empty.
      return map.containsKey(field.name()) ? map.get(field.name()) : "";
    } else if (Methods.has(of)) {
      return Methods.call(of, field.name(), List.of(), field.offset());
    } else if (of == null) {
      throw new TemplateException(
          "nil pointer evaluating field \"" + field.name() + "\"", field.offset());
    }
    throw new TemplateException(
        "can't evaluate field " + field.name() + " of " + GoFormat.print(of), field.offset());
  }

  /** Is what {@code args} makes: a map of anything, whose missing keys are nothing. */
  static final class Arguments extends TreeMap<String, Object> {
    private static final long serialVersionUID = 1;
  }

  private Variable variable(String name, int offset) throws TemplateException {
    for (int i = variables.size() - 1; i >= 0; i--) {
      if (variables.get(i).name.equals(name)) {
        return variables.get(i);
      }
    }
    throw new TemplateException("undefined variable \"" + name + "\"", offset);
  }

  private void write(String text) throws TemplateException {
    if (output.length() + text.length() > MAX_OUTPUT) {
      throw new TemplateException("the text grows beyond " + MAX_OUTPUT + " characters", 0);
    }
    output.append(text);
  }

  /** Tells whether Go takes a value for true: not zero, not empty, not nothing. */
  static boolean truth(@Nullable Object value) {
    if (value instanceof Boolean bool) {
      return bool;
    }
    if (value instanceof Double number) {
      return number != 0;
    }
    if (value instanceof Long number) {
      return number != 0;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    if (value instanceof Collection<?> list) {
      return !list.isEmpty();
    }
    return value != null;
  }
}
