package dev.guanlan.promql;

/** Classes of tokens; a keyword, operator or bracket is a class of its own. */
enum TokenType {
  END_OF_INPUT("end of input", Kind.OTHER),
  /** Stands where the text cannot be cut into tokens. */
  FAILURE("error", Kind.OTHER),
  NUMBER("number", Kind.OTHER),
  DURATION("duration", Kind.OTHER),
  STRING("string", Kind.OTHER),
  IDENTIFIER("identifier", Kind.OTHER),
  /** An identifier with a colon, which only a metric's name may have. */
  METRIC_IDENTIFIER("metric identifier", Kind.OTHER),
  LEFT_PARENTHESIS("(", Kind.PUNCTUATION),
  RIGHT_PARENTHESIS(")", Kind.PUNCTUATION),
  LEFT_BRACE("{", Kind.PUNCTUATION),
  RIGHT_BRACE("}", Kind.PUNCTUATION),
  LEFT_BRACKET("[", Kind.PUNCTUATION),
  RIGHT_BRACKET("]", Kind.PUNCTUATION),
  COMMA(",", Kind.PUNCTUATION),
  COLON(":", Kind.PUNCTUATION),
  EQUAL("=", Kind.PUNCTUATION),
  ADD("+", Kind.OPERATOR),
  SUBTRACT("-", Kind.OPERATOR),
  MULTIPLY("*", Kind.OPERATOR),
  DIVIDE("/", Kind.OPERATOR),
  MODULO("%", Kind.OPERATOR),
  POWER("^", Kind.OPERATOR),
  EQUAL_EQUAL("==", Kind.OPERATOR),
  NOT_EQUAL("!=", Kind.OPERATOR),
  LESS("<", Kind.OPERATOR),
  LESS_OR_EQUAL("<=", Kind.OPERATOR),
  GREATER(">", Kind.OPERATOR),
  GREATER_OR_EQUAL(">=", Kind.OPERATOR),
  TRIM_UPPER("</", Kind.OPERATOR),
  TRIM_LOWER(">/", Kind.OPERATOR),
  EQUAL_REGEX("=~", Kind.OPERATOR),
  NOT_REGEX("!~", Kind.OPERATOR),
  AT("@", Kind.OPERATOR),
  AND("and", Kind.OPERATOR_WORD),
  OR("or", Kind.OPERATOR_WORD),
  UNLESS("unless", Kind.OPERATOR_WORD),
  ATAN2("atan2", Kind.OPERATOR_WORD),
  AGGREGATOR("aggregator", Kind.OTHER),
  OFFSET("offset", Kind.KEYWORD),
  SMOOTHED("smoothed", Kind.KEYWORD),
  ANCHORED("anchored", Kind.KEYWORD),
  BY("by", Kind.KEYWORD),
  WITHOUT("without", Kind.KEYWORD),
  ON("on", Kind.KEYWORD),
  IGNORING("ignoring", Kind.KEYWORD),
  GROUP_LEFT("group_left", Kind.KEYWORD),
  GROUP_RIGHT("group_right", Kind.KEYWORD),
  FILL("fill", Kind.KEYWORD),
  FILL_LEFT("fill_left", Kind.KEYWORD),
  FILL_RIGHT("fill_right", Kind.KEYWORD),
  BOOL("bool", Kind.KEYWORD),
  START("start", Kind.QUERY_WORD),
  END("end", Kind.QUERY_WORD),
  STEP("step", Kind.QUERY_WORD),
  RANGE("range", Kind.QUERY_WORD),
  MAX_OF("max_of", Kind.QUERY_WORD),
  MIN_OF("min_of", Kind.QUERY_WORD);

  /** What classes have in common. */
  private enum Kind {
    OTHER,
    PUNCTUATION,
    OPERATOR,
    OPERATOR_WORD,
    KEYWORD,
    /** A word that is replaced by what the query knows of itself. */
    QUERY_WORD
  }

  private final String text;
  private final Kind kind;

  TokenType(String text, Kind kind) {
    this.text = text;
    this.kind = kind;
  }

  String text() {
    return text;
  }

  /** Tells whether the token is a reserved word, aggregators apart. */
  boolean isReservedWord() {
    return isKeyword() || isQueryWord() || kind == Kind.OPERATOR_WORD;
  }

  boolean isOperator() {
    return kind == Kind.OPERATOR || kind == Kind.OPERATOR_WORD;
  }

  boolean isKeyword() {
    return kind == Kind.KEYWORD;
  }

  boolean isQueryWord() {
    return kind == Kind.QUERY_WORD;
  }

  boolean isPunctuation() {
    return kind == Kind.PUNCTUATION;
  }

  /** Tells whether the token is a word that can name a label of a grouping. */
  boolean canNameLabel() {
    return switch (this) {
      case BOOL, GROUP_LEFT, GROUP_RIGHT, IGNORING, ON, ATAN2 -> true;
      default -> canNameMetric();
    };
  }

  /** Tells whether the token is a word that can name a metric. */
  boolean canNameMetric() {
    return switch (this) {
      case IDENTIFIER,
          METRIC_IDENTIFIER,
          AGGREGATOR,
          AND,
          OR,
          UNLESS,
          BY,
          WITHOUT,
          OFFSET,
          FILL,
          FILL_LEFT,
          FILL_RIGHT,
          SMOOTHED,
          ANCHORED,
          START,
          END,
          STEP,
          RANGE,
          MAX_OF,
          MIN_OF ->
          true;
      default -> false;
    };
  }
}
