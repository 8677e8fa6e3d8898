package dev.guanlan.rules.template;

/**
 * Raises the first letter of each word and leaves the others, as {@code cases.Title} of Go's {@code
 * golang.org/x/text} does without lowering: an apostrophe, a point or a colon between letters is
 * inside a word.
 */
final class Title {

  /** Characters of the classes MidLetter, MidNumLet and Single_Quote of Unicode's annex 29. */
  private static final String INSIDE_WORDS =
      "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

  private Title() {}

  static String of(String text) {
    StringBuilder title = new StringBuilder();
    boolean raised = false;
    boolean wasInside = false;
    for (int character : text.codePoints().toArray()) {
      boolean inside = INSIDE_WORDS.indexOf(character) >= 0;
      boolean cased =
          Character.isUpperCase(character)
              || Character.isLowerCase(character)
              || Character.isTitleCase(character);
      title.appendCodePoint(cased && !raised ? Character.toTitleCase(character) : character);
      raised = cased || (raised && (inside ? !wasInside : continuesWord(character)));
      wasInside = inside;
    }
    return title.toString();
  }

  private static boolean continuesWord(int character) {
    return switch (Character.getType(character)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT ->
          true;
      default -> Character.isLetterOrDigit(character);
    };
  }
}
