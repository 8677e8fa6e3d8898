package dev.guanlan.promql;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Hands the tokens of an expression out with one token of look-ahead.
 *
 * <p>What a part of the grammar expects is kept while the part is read, so that a token which fits
 * nowhere is complained about in the words of the innermost part that has some, as in Prometheus.
 */
final class TokenStream {

  /** What a part of the grammar is called, and what it expects. */
  private record Context(String name, String expected) {}

  private final Lexer lexer;
  private final Deque<Context> contexts = new ArrayDeque<>();
  private Token previous;
  private Token current;
  private Token following;

  /** Complaint about what comes behind the current token; due when that is reached. */
  private @Nullable PromqlException failure;

  TokenStream(String text) throws PromqlException {
    this.lexer = new Lexer(text);
    this.current = lexer.next();
    this.previous = current;
    this.following = current;
    readFollowing();
  }

  private void readFollowing() {
    if (current.type() == TokenType.END_OF_INPUT) {
      following = current;
      return;
    }
    try {
      following = lexer.next();
    } catch (PromqlException e) {
      failure = e;
    }
  }

  Token previous() {
    return previous;
  }

  Token current() {
    return current;
  }

  /** Tells whether the token behind the current one is of a class. */
  boolean isFollowedBy(TokenType type) {
    return failure == null && following.type() == type;
  }

  boolean is(TokenType type) {
    return current.type() == type;
  }

  /** Moves on, and returns the token left behind. */
  Token advance() throws PromqlException {
    if (failure != null) {
      throw failure;
    }
    previous = current;
    current = following;
    readFollowing();
    return previous;
  }

  boolean accept(TokenType type) throws PromqlException {
    if (!is(type)) {
      return false;
    }
    advance();
    return true;
  }

  /** Moves on over a token of one class only, and returns it. */
  Token expect(TokenType type, String context, String expected) throws PromqlException {
    if (!is(type)) {
      throw unexpected(context, expected);
    }
    return advance();
  }

  /** Moves on over a token of one class only, which nothing else could stand for. */
  Token expect(TokenType type) throws PromqlException {
    if (!is(type)) {
      throw unexpected();
    }
    return advance();
  }

  /** Notes that a part of the grammar begins. */
  void enter(String context, String expected) {
    contexts.push(new Context(context, expected));
  }

  /** Notes that the part of the grammar entered last is complete. */
  void leave() {
    contexts.pop();
  }

  /** Complains about the current token, in the words of the innermost part that has some. */
  PromqlException unexpected() {
    Context context = contexts.peek();
    return context == null
        ? unexpected("", "")
        : unexpected(context.name(), context.expected());
  }

  /** Complains about the current token, in the words of Prometheus. */
  PromqlException unexpected(String context, String expected) {
    return new PromqlException(
        "unexpected "
            + current.described()
            + (context.isEmpty() ? "" : " in " + context)
            + (expected.isEmpty() ? "" : ", expected " + expected),
        current.position());
  }
}
