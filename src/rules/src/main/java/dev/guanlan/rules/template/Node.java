package dev.guanlan.rules.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is a part of a template as it is expanded, one after the other. */
sealed interface Node {

  /** Is text that stands for itself. */
  record Text(String text) implements Node {}

  /** Prints the pipeline's value, unless it only sets a variable. */
  record Action(Pipeline pipeline) implements Node {}

  /** Chooses by a condition. */
  record If(Pipeline condition, List<Node> then, List<Node> otherwise) implements Node {}

  /** Chooses by a condition, and makes its value the dot. */
  record With(Pipeline value, List<Node> then, List<Node> otherwise) implements Node {}

  /** Repeats for every element, which becomes the dot. */
  record Range(Pipeline elements, List<Node> body, List<Node> otherwise) implements Node {}

  /** Ends the innermost range. */
  record Break() implements Node {}

  /** Goes on with the next element of the innermost range. */
  record Continue() implements Node {}

  /** Expands a template defined by name. */
  record Call(String name, @Nullable Pipeline dot, int offset) implements Node {}

  /**
   * Passes a value from command to command.
   *
   * @param variables the variables set to the result, at most two, the second only in a range
   * @param declares whether the variables are new
   */
  record Pipeline(List<String> variables, boolean declares, List<Command> commands, int offset) {}

  /** Is a value, or a function with its arguments. */
  record Command(List<Operand> operands, int offset) {}

  /** Is something that has a value. */
  sealed interface Operand {

    /** Returns where it begins in the template. */
    int offset();
  }

  /** Is a string, number, boolean or nil as written. */
  record Literal(@Nullable Object value, int offset) implements Operand {}

  /** Is the dot. */
  record Dot(int offset) implements Operand {}

  /** Is a variable, with its dollar sign. */
  record Variable(String name, int offset) implements Operand {}

  /** Is a function's name. */
  record Function(String name, int offset) implements Operand {}

  /** Is a field of another operand's value. */
  record Field(Operand of, String name, int offset) implements Operand {}

  /** Is a pipeline in parentheses. */
  record Group(Pipeline pipeline, int offset) implements Operand {}
}
