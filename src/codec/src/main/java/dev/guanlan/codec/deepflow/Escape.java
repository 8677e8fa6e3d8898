package dev.guanlan.codec.deepflow;

/** Undoes JSON's escapes; what only looks like one stays as it is. */
final class Escape {

  private static final String LETTERS = "\"\\/bfnrt";
  private static final String MEANINGS = "\"\\/\b\f\n\r\t";
  private static final int UNICODE_LENGTH = 6;

  private Escape() {}

  /**
   * Appends what the backslash at {@code at} and what follows mean.
   *
   * @return how many characters of {@code text} that took
   */
  static int append(String text, int at, StringBuilder out) {
    char letter = text.charAt(at + 1);
    int known = LETTERS.indexOf(letter);
    if (known >= 0) {
      out.append(MEANINGS.charAt(known));
      return 2;
    }
    if (letter == 'u' && at + UNICODE_LENGTH <= text.length()) {
      int code = 0;
      for (int i = at + 2; i < at + UNICODE_LENGTH; i++) {
        int digit = Character.digit(text.charAt(i), 16);
        if (digit < 0) {
          out.append('\\');
          return 1;
        }
        code = code * 16 + digit;
      }
      out.append((char) code);
      return UNICODE_LENGTH;
    }
    out.append('\\');
    return 1;
  }
}
