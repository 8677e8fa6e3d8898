package dev.guanlan.model;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Names a series: an immutable set of label pairs, sorted by name. Also holds the attributes of log
 * entries, spans and resources, whose values are then text.
 *
 * <p>A label with an empty value is the same as no label, as in Prometheus, and is never kept.
 */
public final class Labels implements Comparable<Labels> {

  /** The label that holds a metric's name. */
  public static final String METRIC_NAME = "__name__";

  /** No labels at all. */
  public static final Labels EMPTY = new Labels(new String[0]);

  /** Names at even positions, ascending and distinct; the value of each right behind it. */
  private final String[] pairs;

  private int hash;

  private Labels(String[] pairs) {
    this.pairs = pairs;
  }

  /**
   * Makes labels of names and values in turn, in any order.
   *
   * @throws IllegalArgumentException if a name has no value or occurs twice
   */
  public static Labels of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "the label name \"" + namesAndValues[namesAndValues.length - 1] + "\" has no value");
    }
    String[] pairs = namesAndValues;
    if (!isSortedWithoutEmpty(pairs)) {
      TreeMap<String, String> sorted = new TreeMap<>();
      for (int i = 0; i < pairs.length; i += 2) {
        if (sorted.put(pairs[i], pairs[i + 1]) != null) {
          throw new IllegalArgumentException("the label \"" + pairs[i] + "\" occurs twice");
        }
      }
      return of(sorted);
    }
    return pairs.length == 0 ? EMPTY : new Labels(pairs.clone());
  }

  /** Makes labels of a map. */
  public static Labels of(Map<String, String> labels) {
    TreeMap<String, String> sorted = new TreeMap<>(labels);
    sorted.values().removeIf(String::isEmpty);
    String[] pairs = new String[sorted.size() * 2];
    int next = 0;
    for (Map.Entry<String, String> label : sorted.entrySet()) {
      pairs[next++] = label.getKey();
      pairs[next++] = label.getValue();
    }
    return pairs.length == 0 ? EMPTY : new Labels(pairs);
  }

  private static boolean isSortedWithoutEmpty(String[] pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i + 1].isEmpty() || (i > 0 && pairs[i - 2].compareTo(pairs[i]) >= 0)) {
        return false;
      }
    }
    return true;
  }

  /** Returns how many labels there are. */
  public int size() {
    return pairs.length / 2;
  }

  /** Returns the name of the {@code index}-th label in ascending order of names. */
  public String name(int index) {
    return pairs[2 * index];
  }

  /** Returns the value of the {@code index}-th label in ascending order of names. */
  public String value(int index) {
    return pairs[2 * index + 1];
  }

  /** Returns the value of the label {@code name}, or null if there is none. */
  public @Nullable String get(String name) {
    int at = position(name);
    return at < 0 ? null : pairs[at + 1];
  }

  /** Returns where in the pairs a name is, or {@code -place - 1} if it would belong there. */
  private int position(String name) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = pairs[2 * middle].compareTo(name);
      if (order == 0) {
        return 2 * middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -2 * low - 1;
  }

  /** Returns the value of the label {@code name}, or the empty string if there is none. */
  public String getOrEmpty(String name) {
    String value = get(name);
    return value == null ? "" : value;
  }

  /** Returns the metric's name, or the empty string if there is none. */
  public String metricName() {
    return getOrEmpty(METRIC_NAME);
  }

  /** Returns these labels with {@code name} set to {@code value}; an empty value removes it. */
  public Labels with(String name, String value) {
    int at = position(name);
    if (at >= 0) {
      if (value.isEmpty()) {
        return cut(at);
      }
      String[] changed = pairs.clone();
      changed[at + 1] = value;
      return new Labels(changed);
    }
    if (value.isEmpty()) {
      return this;
    }
    int place = -at - 1;
    String[] longer = new String[pairs.length + 2];
    System.arraycopy(pairs, 0, longer, 0, place);
    longer[place] = name;
    longer[place + 1] = value;
    System.arraycopy(pairs, place, longer, place + 2, pairs.length - place);
    return new Labels(longer);
  }

  private Labels cut(int at) {
    if (pairs.length == 2) {
      return EMPTY;
    }
    String[] shorter = new String[pairs.length - 2];
    System.arraycopy(pairs, 0, shorter, 0, at);
    System.arraycopy(pairs, at + 2, shorter, at, shorter.length - at);
    return new Labels(shorter);
  }

  /** Returns these labels without those of the given names. */
  public Labels without(String... names) {
    Labels left = this;
    for (String name : names) {
      left = left.with(name, "");
    }
    return left;
  }

  /** Returns those of these labels whose name is wanted; itself if that is all of them. */
  public Labels filtered(Predicate<String> wanted) {
    String[] kept = new String[pairs.length];
    int length = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      if (wanted.test(pairs[i])) {
        kept[length++] = pairs[i];
        kept[length++] = pairs[i + 1];
      }
    }
    if (length == pairs.length) {
      return this;
    }
    return length == 0 ? EMPTY : new Labels(Arrays.copyOf(kept, length));
  }

  /** Returns a copy as a map in ascending order of names, which the caller may change. */
  public Map<String, String> toMap() {
    TreeMap<String, String> map = new TreeMap<>();
    forEach(map::put);
    return map;
  }

  /** Calls {@code action} with each name and value in ascending order of names. */
  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < pairs.length; i += 2) {
      action.accept(pairs[i], pairs[i + 1]);
    }
  }

  @Override
  public int compareTo(Labels other) {
    int shared = Math.min(pairs.length, other.pairs.length);
    for (int i = 0; i < shared; i++) {
      int order = pairs[i].compareTo(other.pairs[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(pairs.length, other.pairs.length);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Labels labels && Arrays.equals(pairs, labels.pairs));
  }

  @Override
  public int hashCode() {
    int cached = hash;
    if (cached == 0) {
      cached = Arrays.hashCode(pairs);
      hash = cached;
    }
    return cached;
  }

  /** Returns the labels as PromQL writes them: {@code {a="b", c="d"}}, values escaped. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < pairs.length; i += 2) {
      text.append(i == 0 ? "" : ", ").append(pairs[i]).append("=\"");
      for (int c = 0; c < pairs[i + 1].length(); c++) {
        char character = pairs[i + 1].charAt(c);
        switch (character) {
          case '"' -> text.append("\\\"");
          case '\\' -> text.append("\\\\");
          case '\n' -> text.append("\\n");
          default -> text.append(character);
        }
      }
      text.append('"');
    }
    return text.append('}').toString();
  }
}
