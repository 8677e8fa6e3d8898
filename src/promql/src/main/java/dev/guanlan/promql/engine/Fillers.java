package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Position;
import java.util.BitSet;

/**
 * Adds to one side of a matching what it lacks, for {@code fill}, {@code fill_left} and {@code
 * fill_right}: a row for each signature that the other side has and this one has not, at the steps
 * where that is so. The operation itself then need not know of filling.
 */
final class Fillers {

  private final Query query;
  private final Signatures signatures;
  private final Position position;

  Fillers(Query query, Signatures signatures, Position position) {
    this.query = query;
    this.signatures = signatures;
    this.position = position;
  }

  /** Adds rows of {@code value} to {@code side} where only {@code other} has any. */
  void fill(StepMatrix side, StepMatrix other, double value) throws EvaluationException {
    int[] sideSignatures = signatures.of(side);
    int[] otherSignatures = signatures.of(other);
    BitSet[] lacking = new BitSet[signatures.count()];
    Labels[] labels = new Labels[signatures.count()];
    for (int row = 0; row < other.size(); row++) {
      int signature = otherSignatures[row];
      if (lacking[signature] == null) {
        lacking[signature] = new BitSet(other.steps());
        labels[signature] = signatures.signature(other.labels(row));
      }
      mark(other, row, lacking[signature], true);
    }
    for (int row = 0; row < sideSignatures.length; row++) {
      if (lacking[sideSignatures[row]] != null) {
        mark(side, row, lacking[sideSignatures[row]], false);
      }
    }
    for (int signature = 0; signature < lacking.length; signature++) {
      BitSet steps = lacking[signature];
      if (steps == null || steps.isEmpty()) {
        continue;
      }
      query.budget().spend(side.steps(), position);
      int row = side.addAbsent(labels[signature], false);
      for (int step = steps.nextSetBit(0); step >= 0; step = steps.nextSetBit(step + 1)) {
        side.setValue(row, step, value);
      }
    }
  }

  private static void mark(StepMatrix matrix, int row, BitSet steps, boolean present) {
    for (int step = 0; step < matrix.steps(); step++) {
      if (matrix.isPresent(row, step)) {
        steps.set(step, present);
      }
    }
  }
}
