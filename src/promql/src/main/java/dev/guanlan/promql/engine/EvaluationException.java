package dev.guanlan.promql.engine;

import dev.guanlan.promql.Position;
import org.jspecify.annotations.Nullable;

/** Says why an expression could not be evaluated, and which part of it. */
public final class EvaluationException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Classes of failures, for callers that answer them differently. */
  public enum Kind {
    /** The expression does not fit the data: many-to-many matching, duplicate label sets, …. */
    EXECUTION,
    /** The query has more steps than it may. */
    TOO_MANY_STEPS,
    /** The query would load more samples than it may. */
    TOO_MANY_SAMPLES,
    /** The query would compute more values than it may. */
    TOO_MANY_POINTS,
    /** The query would take more memory than it may. */
    TOO_MUCH_MEMORY,
    /** The query took longer than it may. */
    TIMEOUT,
    /** The query's thread was interrupted. */
    CANCELLED,
    /** The samples could not be read. */
    SOURCE
  }

  private final Kind kind;
  private final int startOffset;
  private final int endOffset;

  /** Makes an exception about the part of the expression at {@code position}. */
  public EvaluationException(Kind kind, String message, Position position) {
    this(kind, message, position, null);
  }

  /** Makes an exception with a cause. */
  public EvaluationException(
      Kind kind, String message, Position position, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.startOffset = position.start();
    this.endOffset = position.end();
  }

  /** Returns the class of the failure. */
  public Kind kind() {
    return kind;
  }

  /** Returns the offset of the first character of the part that failed, from 0. */
  public int startOffset() {
    return startOffset;
  }

  /** Returns the offset behind the last character of the part that failed. */
  public int endOffset() {
    return endOffset;
  }
}
