package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Assigns the rows of a matrix to the groups of an aggregation. */
final class Grouping {

  private final List<String> names;
  private final boolean without;
  private final Map<Labels, Integer> numbers = new HashMap<>();
  private final List<Labels> groups = new ArrayList<>();

  Grouping(List<String> names, boolean without) {
    this.names = names;
    this.without = without;
  }

  /** Returns the number of the group of each row. */
  int[] of(StepMatrix matrix) {
    int[] assigned = new int[matrix.size()];
    for (int row = 0; row < assigned.length; row++) {
      assigned[row] = number(matrix.labels(row));
    }
    return assigned;
  }

  /** Returns the number of the group of each row. */
  int[] of(Labels[] rows) {
    int[] assigned = new int[rows.length];
    for (int row = 0; row < assigned.length; row++) {
      assigned[row] = number(rows[row]);
    }
    return assigned;
  }

  int number(Labels labels) {
    Labels key = key(labels);
    Integer known = numbers.get(key);
    if (known != null) {
      return known;
    }
    numbers.put(key, groups.size());
    groups.add(key);
    return groups.size() - 1;
  }

  private Labels key(Labels labels) {
    if (without) {
      return LabelSets.ignoring(labels, names);
    }
    return names.isEmpty() ? Labels.EMPTY : LabelSets.keeping(labels, names);
  }

  int count() {
    return groups.size();
  }

  Labels labels(int group) {
    return groups.get(group);
  }
}
