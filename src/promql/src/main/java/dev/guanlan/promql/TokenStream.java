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

  /** Complaint about the text that cannot be cut into tokens; the last token stands for it. */
  private @Nullable PromqlException failure;

  TokenStream(String text) {
    this.lexer = new Lexer(text);
    this.current = read();
    this.previous = current;
    this.following = isLast(current) ? current : read();
  }

  private static boolean isLast(Token token) {
    return token.type() == TokenType.END_OF_INPUT || token.type() == TokenType.FAILURE;
  }

  private Token read() {
    try {
      return lexer.next();
    } catch (PromqlException e) {
      failure = e;
      Position position = new Position(e.startOffset(), e.endOffset());
      return new Token(TokenType.FAILURE, "", "", position);
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
    return following.type() == type;
  }

  boolean is(TokenType type) {
    return current.type() == type;
  }

  /** Moves on, and returns the token left behind. */
  Token advance() {
    previous = current;
    current = following;
    following = isLast(current) ? current : read();
    return previous;
  }

  /**
   * Complains if the text cannot be cut into tokens from here on. To be called before complaints
   * that Prometheus makes only when it has seen the token that comes next.
   */
  void throwFailure() throws PromqlException {
    if (is(TokenType.FAILURE) && failure != null) {
      throw failure;
    }
  }

  boolean accept(TokenType type) {
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
    return context == null ? unexpected("", "") : unexpected(context.name(), context.expected());
  }

  /** Complains about the current token, in the words of Prometheus. */
  PromqlException unexpected(String context, String expected) {
    if (is(TokenType.FAILURE) && failure != null) {
      return failure;
    }
    return new PromqlException(
        "unexpected "
            + current.described()
            + (context.isEmpty() ? "" : " in " + context)
            + (expected.isEmpty() ? "" : ", expected " + expected),
        current.position());
  }
}
