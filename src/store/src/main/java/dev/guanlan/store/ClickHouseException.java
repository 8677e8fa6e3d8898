package dev.guanlan.store;

import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Tells that a statement failed: at the server, which gave a code, or on the way there. */
public final class ClickHouseException extends IOException {

  private static final long serialVersionUID = 1L;
  private static final int LONGEST_MESSAGE = 1_000;
  private static final int LONGEST_STATEMENT = 200;

  private final int code;
  private final int status;
  private final FailureKind kind;

  private ClickHouseException(
      int code, int status, FailureKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.status = status;
    this.kind = kind;
  }

  /** Makes the exception of an answer that says no. */
  public static ClickHouseException refused(
      URI server, String statement, int code, int status, String answer) {
    FailureKind kind = FailureKind.of(code, status, answer);
    String said = bounded(answer.strip(), LONGEST_MESSAGE);
    return new ClickHouseException(
        code,
        status,
        kind,
        "ClickHouse at %s refused the statement \"%s\" (code %d, HTTP status %d): %s. %s"
            .formatted(
                server,
                bounded(statement, LONGEST_STATEMENT),
                code,
                status,
                said.isEmpty() ? "it gave no reason" : said,
                advice(code, kind)),
        null);
  }

  /** Makes the exception of an answer that never came. */
  public static ClickHouseException unreachable(URI server, String statement, Throwable cause) {
    String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new ClickHouseException(
        FailureKind.NO_CODE,
        0,
        FailureKind.RETRYABLE,
        "ClickHouse at %s did not answer the statement \"%s\": %s. %s"
            .formatted(
                server,
                bounded(statement, LONGEST_STATEMENT),
                bounded(why, LONGEST_MESSAGE),
                "See that it runs and that this address is its HTTP port"),
        cause);
  }

  /** Makes the exception of an answer that is larger than the caller wants to hold. */
  static ClickHouseException tooLong(URI server, String statement, long limitBytes) {
    return new ClickHouseException(
        FailureKind.NO_CODE,
        200,
        FailureKind.FATAL,
        "ClickHouse at %s answered the statement \"%s\" with more than %d bytes. %s"
            .formatted(
                server,
                bounded(statement, LONGEST_STATEMENT),
                limitBytes,
                "Ask for less with LIMIT, or raise maxAnswerBytes"),
        null);
  }

  private static String advice(int code, FailureKind kind) {
    return switch (code) {
      case FailureKind.UNKNOWN_TABLE, FailureKind.UNKNOWN_DATABASE ->
          "Apply the migrations to this database, or name the right one";
      case FailureKind.AUTHENTICATION_FAILED, 192, 193, 194 ->
          "Check the user and the password file";
      case 497, 291, 164 -> "Grant the user what the statement needs";
      default ->
          switch (kind) {
            case RETRYABLE -> "Try again later; if it stays, look at the server's own log";
            case POISON -> "Find the row that does not fit its column";
            case FATAL -> "Correct the statement or the address";
          };
    };
  }

  static String bounded(String text, int longest) {
    String line = text.replace('\n', ' ').replace('\r', ' ').replace('\t', ' ');
    return line.length() <= longest ? line : line.substring(0, longest) + "…";
  }

  /** Returns ClickHouse's error code, or 0 if there is none. */
  public int code() {
    return code;
  }

  /** Returns the HTTP status of the answer, or 0 if none came. */
  public int status() {
    return status;
  }

  /** Returns what may be done about it. */
  public FailureKind kind() {
    return kind;
  }
}
