package dev.guanlan.promql.engine;

import java.util.Comparator;

/**
 * Orders texts as people do: runs of digits by the numbers they are, all else character by
 * character, so that {@code node2} comes before {@code node10}. What differs in leading zeros alone
 * is ordered by them, so that no two texts are equal unless they are the same.
 */
final class NaturalOrder implements Comparator<String> {

  static final NaturalOrder INSTANCE = new NaturalOrder();

  private NaturalOrder() {}

  @Override
  public int compare(String left, String right) {
    int l = 0;
    int r = 0;
    while (l < left.length() && r < right.length()) {
      boolean digits = isDigit(left, l) && isDigit(right, r);
      int leftEnd = runEnd(left, l);
      int rightEnd = runEnd(right, r);
      int order =
          digits
              ? compareNumbers(left, l, leftEnd, right, r, rightEnd)
              : left.substring(l, leftEnd).compareTo(right.substring(r, rightEnd));
      if (order != 0) {
        return order;
      }
      l = leftEnd;
      r = rightEnd;
    }
    int order = Integer.compare(left.length() - l, right.length() - r);
    return order != 0 ? order : left.compareTo(right);
  }

  private static boolean isDigit(String text, int index) {
    return text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  /** Returns where a run of digits, or of anything else, ends. */
  private static int runEnd(String text, int start) {
    boolean digits = isDigit(text, start);
    int end = start + 1;
    while (end < text.length() && isDigit(text, end) == digits) {
      end++;
    }
    return end;
  }

  private static int compareNumbers(String left, int l, int lEnd, String right, int r, int rEnd) {
    int leftStart = skipZeros(left, l, lEnd);
    int rightStart = skipZeros(right, r, rEnd);
    int order = Integer.compare(lEnd - leftStart, rEnd - rightStart);
    return order != 0
        ? order
        : left.substring(leftStart, lEnd).compareTo(right.substring(rightStart, rEnd));
  }

  private static int skipZeros(String text, int start, int end) {
    int at = start;
    while (at < end && text.charAt(at) == '0') {
      at++;
    }
    return at;
  }
}
