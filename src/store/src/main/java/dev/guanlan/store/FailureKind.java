package dev.guanlan.store;

import java.util.Set;

/** Says what may be done about a statement that failed. */
public enum FailureKind {

  /** The same statement may succeed later: the server is away, busy, full or restarting. */
  RETRYABLE,

  /** The data is at fault: a smaller part of it may succeed, the guilty row never will. */
  POISON,

  /** Neither time nor other data helps: a person has to change the configuration. */
  FATAL;

  /** The code that stands for "the server gave none". */
  static final int NO_CODE = 0;

  static final int UNKNOWN_TABLE = 60;
  static final int UNKNOWN_DATABASE = 81;
  static final int TOO_MANY_PARTS = 252;
  static final int AUTHENTICATION_FAILED = 516;

  /** Codes by which ClickHouse says that a value cannot be read or kept (ErrorCodes.cpp). */
  private static final Set<Integer> OF_DATA =
      Set.of(
          6, // CANNOT_PARSE_TEXT
          25, // CANNOT_PARSE_ESCAPE_SEQUENCE
          26, // CANNOT_PARSE_QUOTED_STRING
          27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
          32, // ATTEMPT_TO_READ_AFTER_EOF
          33, // CANNOT_READ_ALL_DATA
          38, // CANNOT_PARSE_DATE
          41, // CANNOT_PARSE_DATETIME
          69, // ARGUMENT_OUT_OF_BOUND
          70, // CANNOT_CONVERT_TYPE
          72, // CANNOT_PARSE_NUMBER
          117, // INCORRECT_DATA
          128, // TOO_LARGE_ARRAY_SIZE
          131, // TOO_LARGE_STRING_SIZE
          190, // SIZES_OF_ARRAYS_DONT_MATCH
          321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
          349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
          395, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
          407, // DECIMAL_OVERFLOW
          469, // VIOLATED_CONSTRAINT
          691); // UNKNOWN_ELEMENT_OF_ENUM

  private static final Set<Integer> OF_CONFIGURATION =
      Set.of(
          16, // NO_SUCH_COLUMN_IN_TABLE
          47, // UNKNOWN_IDENTIFIER
          48, // NOT_IMPLEMENTED
          UNKNOWN_TABLE,
          62, // SYNTAX_ERROR
          73, // UNKNOWN_FORMAT
          UNKNOWN_DATABASE,
          115, // UNKNOWN_SETTING
          164, // READONLY
          192, // UNKNOWN_USER
          193, // WRONG_PASSWORD
          194, // REQUIRED_PASSWORD
          195, // IP_ADDRESS_NOT_ALLOWED
          291, // DATABASE_ACCESS_DENIED
          497, // ACCESS_DENIED
          AUTHENTICATION_FAILED);

  /**
   * Classes a failure. What is not known is retryable, because then nothing is thrown away.
   *
   * @param code ClickHouse's error code, or 0 if the server gave none
   * @param status the HTTP status, or 0 if no answer came
   * @param message what the server said
   */
  public static FailureKind of(int code, int status, String message) {
    if (code == TOO_MANY_PARTS && message.contains("partitions for single INSERT block")) {
      // The same code as for a table whose merges lag; but here the batch spans too many days.
      return POISON;
    }
    if (OF_DATA.contains(code)) {
      return POISON;
    }
    if (OF_CONFIGURATION.contains(code)) {
      return FATAL;
    }
    boolean refusedByHttp = code == NO_CODE && status >= 400 && status < 500;
    return refusedByHttp && status != 408 && status != 429 ? FATAL : RETRYABLE;
  }
}
