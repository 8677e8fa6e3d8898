package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.VectorMatching;
import java.util.BitSet;
import java.util.Objects;

/** Evaluates {@code and}, {@code or} and {@code unless}. */
final class SetOperations {

  private final Query query;
  private final Expression.Binary binary;
  private final StepMatrix left;
  private final StepMatrix right;

  SetOperations(Query query, Expression.Binary binary, StepMatrix left, StepMatrix right) {
    this.query = query;
    this.binary = binary;
    this.left = left;
    this.right = right;
  }

  StepMatrix evaluate() throws EvaluationException {
    VectorMatching matching = Objects.requireNonNull(binary.matching());
    Signatures signatures = new Signatures(matching);
    int[] leftSignatures = signatures.of(left);
    int[] rightSignatures = signatures.of(right);
    return switch (binary.operator()) {
      case AND -> filter(left, leftSignatures, present(right, rightSignatures, signatures), true);
      case UNLESS ->
          filter(left, leftSignatures, present(right, rightSignatures, signatures), false);
      case OR -> {
        BitSet[] onLeft = present(left, leftSignatures, signatures);
        yield concatenated(left, filter(right, rightSignatures, onLeft, false));
      }
      default -> throw new IllegalStateException(binary.operator() + " is no set operator");
    };
  }

  /** Returns at which steps each signature has a value. */
  private static BitSet[] present(StepMatrix matrix, int[] rowSignatures, Signatures signatures) {
    BitSet[] present = new BitSet[signatures.count()];
    for (int row = 0; row < matrix.size(); row++) {
      BitSet steps = present[rowSignatures[row]];
      if (steps == null) {
        steps = new BitSet(matrix.steps());
        present[rowSignatures[row]] = steps;
      }
      for (int step = 0; step < matrix.steps(); step++) {
        if (matrix.isPresent(row, step)) {
          steps.set(step);
        }
      }
    }
    return present;
  }

  /** Keeps the values whose signature is, or is not, on the other side at the step. */
  private static StepMatrix filter(
      StepMatrix matrix, int[] rowSignatures, BitSet[] other, boolean keepPresent) {
    for (int row = 0; row < matrix.size(); row++) {
      BitSet present = other[rowSignatures[row]];
      for (int step = 0; step < matrix.steps(); step++) {
        if ((present != null && present.get(step)) != keepPresent) {
          matrix.setValue(row, step, StepMatrix.ABSENT);
        }
      }
    }
    matrix.removeEmpty();
    return matrix;
  }

  private StepMatrix concatenated(StepMatrix first, StepMatrix second) throws EvaluationException {
    query.budget().spend((long) second.size() * second.steps(), binary.position());
    for (int row = 0; row < second.size(); row++) {
      int added = first.add(second.labels(row), second.nameDropped(row));
      System.arraycopy(
          second.values(), second.offset(row), first.values(), first.offset(added), second.steps());
      if (second.hasHistograms()) {
        copyHistograms(second, row, first, added);
      }
    }
    return query.mergedUnlessDelayed(first, binary.position());
  }

  private static void copyHistograms(StepMatrix from, int row, StepMatrix to, int added) {
    for (int step = 0; step < from.steps(); step++) {
      Histogram histogram = from.histogram(row, step);
      if (histogram != null) {
        to.setHistogram(added, step, histogram);
      }
    }
  }
}
