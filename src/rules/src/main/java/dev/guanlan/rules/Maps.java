package dev.guanlan.rules;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Copies maps so that they neither change nor lose their order. */
final class Maps {

  private Maps() {}

  static Map<String, String> sortedCopy(Map<String, String> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
