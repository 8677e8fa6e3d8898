package dev.guanlan.codec.series;

import dev.guanlan.model.Labels;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes series share the texts of their labels, most of which hundreds of them have in common, and
 * counts what a series takes besides.
 */
final class SharedTexts {

  private static final int MOST_TEXTS = 1 << 16;

  /** Longer texts are mostly of one series alone, and would make what is shared unbounded. */
  private static final int LONGEST = 256;

  private static final int BYTES_A_SERIES = 128;
  private static final int BYTES_A_LABEL = 8;

  /** What a text takes besides its characters, with its entry among the shared ones. */
  private static final int BYTES_A_TEXT = 104;

  private final Map<String, String> texts = new HashMap<>();
  private int bytes;

  /** Returns the same labels, of shared texts. */
  Labels share(Labels labels) {
    String[] pairs = new String[2 * labels.size()];
    bytes = BYTES_A_SERIES + BYTES_A_LABEL * labels.size();
    for (int i = 0; i < labels.size(); i++) {
      pairs[2 * i] = share(labels.name(i));
      pairs[2 * i + 1] = share(labels.value(i));
    }
    return Labels.of(pairs);
  }

  /** Returns what the labels shared last take on the heap that no others took before, in bytes. */
  int bytes() {
    return bytes;
  }

  private String share(String text) {
    if (text.length() > LONGEST) {
      bytes += BYTES_A_TEXT + text.length();
      return text;
    }
    String known = texts.get(text);
    if (known != null) {
      return known;
    }
    if (texts.size() >= MOST_TEXTS) {
      texts.clear();
    }
    bytes += BYTES_A_TEXT + text.length();
    texts.put(text, text);
    return text;
  }
}
