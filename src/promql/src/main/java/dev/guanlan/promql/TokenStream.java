package dev.guanlan.promql;

/** Hands the tokens of an expression out with one token of look-ahead. */
final class TokenStream {

  private final Lexer lexer;
  private Token previous;
  private Token current;
  private Token following;

  TokenStream(String text) throws PromqlException {
    this.lexer = new Lexer(text);
    this.current = lexer.next();
    this.previous = current;
    this.following = current;
    readFollowing();
  }

  private void readFollowing() throws PromqlException {
    following = current.type() == TokenType.END_OF_INPUT ? current : lexer.next();
  }

  Token previous() {
    return previous;
  }

  Token current() {
    return current;
  }

  Token following() {
    return following;
  }

  boolean is(TokenType type) {
    return current.type() == type;
  }

  /** Moves on, and returns the token left behind. */
  Token advance() throws PromqlException {
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

  /** Complains about the current token, in the words of Prometheus. */
  PromqlException unexpected(String context, String expected) {
    return new PromqlException(
        "unexpected "
            + current.described()
            + (context.isEmpty() ? "" : " in " + context)
            + (expected.isEmpty() ? "" : ", expected " + expected),
        current.position());
  }

  PromqlException notSupported(String what) {
    return new PromqlException(what + " is not supported yet", current.position());
  }
}
