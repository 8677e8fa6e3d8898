package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.VectorMatching;
import java.util.HashMap;
import java.util.Map;

/** Numbers the signatures of the rows of two matrices: what of their labels must be equal. */
final class Signatures {

  private final VectorMatching matching;
  private final Map<Labels, Integer> numbers = new HashMap<>();

  Signatures(VectorMatching matching) {
    this.matching = matching;
  }

  /** Returns the number of each row's signature. */
  int[] of(StepMatrix matrix) {
    int[] signatures = new int[matrix.size()];
    for (int row = 0; row < signatures.length; row++) {
      signatures[row] =
          numbers.computeIfAbsent(signature(matrix.labels(row)), labels -> numbers.size());
    }
    return signatures;
  }

  /** Returns the number of each row's signature. */
  int[] of(Labels[] rows) {
    int[] signatures = new int[rows.length];
    for (int row = 0; row < signatures.length; row++) {
      signatures[row] = numbers.computeIfAbsent(signature(rows[row]), labels -> numbers.size());
    }
    return signatures;
  }

  Labels signature(Labels labels) {
    return matching.on()
        ? LabelSets.keeping(labels, matching.labels())
        : LabelSets.ignoring(labels, matching.labels());
  }

  /** Returns how many signatures there are so far. */
  int count() {
    return numbers.size();
  }
}
