package dev.guanlan.codec.otlp;

import java.util.HashMap;
import java.util.Map;

/**
 * Translates attribute names to Prometheus label names: what Prometheus does not allow becomes an
 * underscore, and a name must begin with neither a digit nor a single underscore.
 */
final class LabelNames {

  private static final int MAX_REMEMBERED = 4096;

  private final Map<String, String> remembered = new HashMap<>();

  /** Returns the label name, or the empty string if nothing of the attribute's can be kept. */
  String translate(String attribute) {
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    return remembered.computeIfAbsent(attribute, LabelNames::build);
  }

  private static String build(String attribute) {
    StringBuilder name = new StringBuilder(attribute.length() + 4);
    boolean onlyUnderscores = true;
    for (int i = 0; i < attribute.length(); ) {
      int character = attribute.codePointAt(i);
      i += Character.charCount(character);
      boolean allowed =
          (character >= 'a' && character <= 'z')
              || (character >= 'A' && character <= 'Z')
              || (character >= '0' && character <= '9');
      name.append(allowed ? (char) character : '_');
      onlyUnderscores &= !allowed;
    }
    if (onlyUnderscores) {
      return "";
    }
    char first = name.charAt(0);
    if (first >= '0' && first <= '9') {
      name.insert(0, "key_");
    } else if (first == '_' && name.charAt(1) != '_') {
      name.insert(0, "key");
    }
    return name.toString();
  }
}
