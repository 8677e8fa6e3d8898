package dev.guanlan.rules.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds a template's tree, and refuses functions and variables that do not exist. */
final class TemplateParser {

  /** The variable that holds where an alert belongs, and the field of the dot that does. */
  static final String TOPOLOGY = "$topology";

  static final String TOPOLOGY_FIELD = "Topology";
  private static final int MAX_DEPTH = 64;

  private final List<Token> tokens;
  private final Map<String, List<Node>> definitions = new HashMap<>();
  private final List<String> variables = new ArrayList<>();
  private final List<String> queries = new ArrayList<>();
  private boolean usesQueries;

  /** How many of the variables nobody declared; none in a definition. */
  private int given;

  private boolean usesTopology;
  private int at;
  private int depth;
  private int ranges;

  TemplateParser(String text, List<String> variables) throws TemplateException {
    this.tokens = Lexer.tokens(text);
    this.variables.addAll(variables);
    this.given = variables.size();
  }

  /** Returns what is defined, the template itself under the empty name. */
  Map<String, List<Node>> parse() throws TemplateException {
    List<Node> main = nodes(true);
    if (!peek().is(Token.Kind.END)) {
      throw unexpected(peekAction(), "in the template");
    }
    definitions.put("", main);
    return definitions;
  }

  /** Returns the literal arguments of {@code query} that were met. */
  List<String> queries() {
    return queries;
  }

  /** Tells whether {@code query} was met, whatever its arguments are. */
  boolean usesQueries() {
    return usesQueries;
  }

  /** Tells whether anything that was met can be the topology; some of it may be else. */
  boolean usesTopology() {
    return usesTopology;
  }

  /** Reads nodes up to {@code else}, {@code end} or the end of the text. */
  private List<Node> nodes(boolean top) throws TemplateException {
    if (++depth > MAX_DEPTH) {
      throw new TemplateException("nested deeper than " + MAX_DEPTH + " levels", peek().offset());
    }
    List<Node> nodes = new ArrayList<>();
    while (!peek().is(Token.Kind.END)) {
      Token first = peekAction();
      if (peek().is(Token.Kind.OPEN) && (first.isKeyword("end") || first.isKeyword("else"))) {
        break;
      }
      Token token = next();
      if (token.is(Token.Kind.TEXT)) {
        nodes.add(new Node.Text(token.text()));
      } else if (first.isKeyword("define")) {
        define(top);
      } else {
        nodes.add(action());
      }
    }
    depth--;
    return List.copyOf(nodes);
  }

  private Node action() throws TemplateException {
    Token first = peek();
    if (!first.is(Token.Kind.KEYWORD) || first.text().equals("nil")) {
      Node.Pipeline pipeline = pipeline(Token.Kind.CLOSE, 1);
      next();
      return new Node.Action(pipeline);
    }
    next();
    return switch (first.text()) {
      case "if", "with", "range" -> control(first.text());
      case "template" -> call(first);
      case "block" -> block(first);
      case "break", "continue" -> {
        if (ranges == 0) {
          throw new TemplateException("{{" + first.text() + "}} outside {{range}}", first.offset());
        }
        expect(Token.Kind.CLOSE, first.text());
        yield first.text().equals("break") ? new Node.Break() : new Node.Continue();
      }
      default -> throw unexpected(first, "in an action");
    };
  }

  private Node control(String keyword) throws TemplateException {
    int scope = variables.size();
    Node.Pipeline pipeline = pipeline(Token.Kind.CLOSE, keyword.equals("range") ? 2 : 1);
    next();
    ranges += keyword.equals("range") ? 1 : 0;
    List<Node> body = nodes(false);
    ranges -= keyword.equals("range") ? 1 : 0;
    List<Node> otherwise = List.of();
    expect(Token.Kind.OPEN, keyword);
    Token word = next();
    if (word.isKeyword("else")) {
      if (peek().isKeyword(keyword) && !keyword.equals("range")) {
        // {{else if}} and {{else with}} share the outer {{end}}.
        next();
        if (++depth > MAX_DEPTH) {
          throw new TemplateException("nested deeper than " + MAX_DEPTH + " levels", word.offset());
        }
        otherwise = List.of(control(keyword));
        depth--;
        truncate(scope);
        return make(keyword, pipeline, body, otherwise);
      }
      expect(Token.Kind.CLOSE, "else");
      otherwise = nodes(false);
      expect(Token.Kind.OPEN, keyword);
      word = next();
    }
    if (!word.isKeyword("end")) {
      throw new TemplateException(
          "unexpected " + word.shown() + "; {{" + keyword + "}} needs an {{end}}", word.offset());
    }
    expect(Token.Kind.CLOSE, "end");
    truncate(scope);
    return make(keyword, pipeline, body, otherwise);
  }

  private static Node make(
      String keyword, Node.Pipeline pipeline, List<Node> body, List<Node> otherwise) {
    return switch (keyword) {
      case "if" -> new Node.If(pipeline, body, otherwise);
      case "with" -> new Node.With(pipeline, body, otherwise);
      default -> new Node.Range(pipeline, body, otherwise);
    };
  }

  private void truncate(int scope) {
    variables.subList(scope, variables.size()).clear();
  }

  private void define(boolean top) throws TemplateException {
    Token keyword = next();
    if (!top) {
      throw new TemplateException("{{define}} must stand at the top level", keyword.offset());
    }
    String name = expect(Token.Kind.STRING, "define").text();
    expect(Token.Kind.CLOSE, "define");
    definitions.put(name, separate());
  }

  /** Reads the body of a definition, which sees none of the variables around it. */
  private List<Node> separate() throws TemplateException {
    List<String> outer = List.copyOf(variables);
    int outerGiven = given;
    given = 0;
    variables.clear();
    variables.add("$");
    List<Node> body = nodes(false);
    expect(Token.Kind.OPEN, "define");
    if (!next().isKeyword("end")) {
      throw new TemplateException("{{define}} needs an {{end}}", tokens.get(at - 1).offset());
    }
    expect(Token.Kind.CLOSE, "end");
    variables.clear();
    variables.addAll(outer);
    given = outerGiven;
    return body;
  }

  private Node call(Token keyword) throws TemplateException {
    String name = expect(Token.Kind.STRING, "template").text();
    Node.Pipeline dot = peek().is(Token.Kind.CLOSE) ? null : pipeline(Token.Kind.CLOSE, 1);
    expect(Token.Kind.CLOSE, "template");
    return new Node.Call(name, dot, keyword.offset());
  }

  private Node block(Token keyword) throws TemplateException {
    String name = expect(Token.Kind.STRING, "block").text();
    Node.Pipeline dot = pipeline(Token.Kind.CLOSE, 1);
    expect(Token.Kind.CLOSE, "block");
    definitions.put(name, separate());
    return new Node.Call(name, dot, keyword.offset());
  }

  private Node.Pipeline pipeline(Token.Kind end, int maxVariables) throws TemplateException {
    Token first = peek();
    List<String> targets = new ArrayList<>();
    boolean declares = false;
    if (first.is(Token.Kind.VARIABLE)) {
      Token second = tokens.get(at + 1);
      boolean pair =
          second.is(Token.Kind.COMMA)
              && maxVariables > 1
              && tokens.get(at + 2).is(Token.Kind.VARIABLE);
      Token operator = pair ? tokens.get(at + 3) : second;
      if (operator.is(Token.Kind.DECLARE) || operator.is(Token.Kind.ASSIGN)) {
        declares = operator.is(Token.Kind.DECLARE);
        targets.add(first.text());
        if (pair) {
          targets.add(tokens.get(at + 2).text());
        }
        at += pair ? 4 : 2;
        for (String target : targets) {
          if (!declares) {
            known(target, first.offset());
          }
        }
      }
    }
    List<Node.Command> commands = new ArrayList<>();
    do {
      commands.add(command(end, commands.isEmpty()));
    } while (pipe());
    if (!peek().is(end)) {
      throw unexpected(peek(), "in a pipeline");
    }
    if (declares) {
      variables.addAll(targets);
    }
    return new Node.Pipeline(List.copyOf(targets), declares, List.copyOf(commands), first.offset());
  }

  private boolean pipe() {
    if (peek().is(Token.Kind.PIPE)) {
      at++;
      return true;
    }
    return false;
  }

  private Node.Command command(Token.Kind end, boolean first) throws TemplateException {
    int offset = peek().offset();
    List<Node.Operand> operands = new ArrayList<>();
    while (!peek().is(end) && !peek().is(Token.Kind.PIPE)) {
      if (!operands.isEmpty() && !peek().spaced() && !peek().is(Token.Kind.LEFT_PARENTHESIS)) {
        throw unexpected(peek(), "after an operand; put a space between");
      }
      operands.add(operand());
    }
    if (operands.isEmpty()) {
      throw new TemplateException("missing value for command", offset);
    }
    Node.Operand head = operands.get(0);
    // Fields and variables may turn out to be methods; that is seen when they are called.
    if (!first && (head instanceof Node.Literal || head instanceof Node.Dot)) {
      throw new TemplateException(
          "non executable command in pipeline; only functions take a piped value", head.offset());
    }
    usesQueries |=
        operands.stream()
            .anyMatch(
                each -> each instanceof Node.Function called && called.name().equals("query"));
    if (head instanceof Node.Function function
        && function.name().equals("query")
        && operands.size() == 2
        && operands.get(1) instanceof Node.Literal literal
        && literal.value() instanceof String promql) {
      queries.add(promql);
    }
    return new Node.Command(List.copyOf(operands), offset);
  }

  private Node.Operand operand() throws TemplateException {
    Token token = next();
    Node.Operand operand =
        switch (token.kind()) {
          case STRING -> new Node.Literal(token.text(), token.offset());
          case NUMBER -> new Node.Literal(Numbers.parse(token.text()), token.offset());
          case DOT -> new Node.Dot(token.offset());
          case FIELD -> field(new Node.Dot(token.offset()), token);
          case VARIABLE -> {
            known(token.text(), token.offset());
            usesTopology |= isTopology(token.text());
            yield new Node.Variable(token.text(), token.offset());
          }
          case IDENTIFIER -> identifier(token);
          case LEFT_PARENTHESIS -> group(token);
          case KEYWORD -> {
            if (!token.text().equals("nil")) {
              throw unexpected(token, "as an operand");
            }
            yield new Node.Literal(null, token.offset());
          }
          default -> throw unexpected(token, "as an operand");
        };
    while (peek().is(Token.Kind.FIELD) && !peek().spaced()) {
      operand = field(operand, next());
    }
    return operand;
  }

  private Node.Operand field(Node.Operand of, Token field) throws TemplateException {
    boolean ofTopology =
        (of instanceof Node.Variable variable && isTopology(variable.name()))
            || (of instanceof Node.Field parent
                && parent.name().equals(TOPOLOGY_FIELD)
                && given > 0
                && parent.of() instanceof Node.Variable root
                && root.name().equals("$"));
    if (ofTopology && !AlertPlace.FIELDS.contains(field.text())) {
      throw new TemplateException(
          "can't evaluate field "
              + field.text()
              + " of "
              + TOPOLOGY
              + "; known are "
              + String.join(", ", AlertPlace.FIELDS),
          field.offset());
    }
    usesTopology |= field.text().equals(TOPOLOGY_FIELD);
    return new Node.Field(of, field.text(), field.offset());
  }

  /** Tells whether a variable is the one that was given, and none of its name declared behind. */
  private boolean isTopology(String variable) {
    return variable.equals(TOPOLOGY) && variables.lastIndexOf(TOPOLOGY) < given;
  }

  private static Node.Operand identifier(Token token) throws TemplateException {
    if (token.text().equals("true") || token.text().equals("false")) {
      return new Node.Literal(token.text().equals("true"), token.offset());
    }
    if (!Functions.exists(token.text())) {
      throw new TemplateException(
          "function \""
              + token.text()
              + "\" not defined; known are "
              + String.join(", ", Functions.names()),
          token.offset());
    }
    return new Node.Function(token.text(), token.offset());
  }

  private Node.Operand group(Token token) throws TemplateException {
    if (++depth > MAX_DEPTH) {
      throw new TemplateException("nested deeper than " + MAX_DEPTH + " levels", token.offset());
    }
    Node.Pipeline pipeline = pipeline(Token.Kind.RIGHT_PARENTHESIS, 0);
    next();
    depth--;
    return new Node.Group(pipeline, token.offset());
  }

  private void known(String variable, int offset) throws TemplateException {
    if (!variables.contains(variable)) {
      throw new TemplateException(
          "undefined variable \"" + variable + "\"; known are " + String.join(", ", variables),
          offset);
    }
  }

  private Token peek() {
    return tokens.get(at);
  }

  /** Returns the token behind an opening delimiter, or the next token if there is none. */
  private Token peekAction() {
    return peek().is(Token.Kind.OPEN) ? tokens.get(at + 1) : peek();
  }

  private Token next() {
    Token token = tokens.get(at);
    if (!token.is(Token.Kind.END)) {
      at++;
    }
    return token;
  }

  private Token expect(Token.Kind kind, String where) throws TemplateException {
    Token token = next();
    if (token.is(Token.Kind.END)) {
      throw new TemplateException("{{" + where + "}} needs an {{end}}", token.offset());
    }
    if (!token.is(kind)) {
      throw new TemplateException(
          "unexpected " + token.shown() + " in {{" + where + "}}", token.offset());
    }
    return token;
  }

  private static TemplateException unexpected(@Nullable Token token, String where) {
    return token == null
        ? new TemplateException("unexpected end " + where, 0)
        : new TemplateException("unexpected " + token.shown() + " " + where, token.offset());
  }
}
