package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.BinaryOperator;
import dev.guanlan.promql.Expression;
import java.util.Arrays;
import java.util.Objects;

/** Computes {@code and}, {@code or} and {@code unless}. */
final class StandingCombination extends StandingNode {

  private final Expression.Binary binary;
  private final BinaryOperator operator;
  private final StandingNode left;
  private final StandingNode right;
  private Labels[] leftLabels = {};
  private Labels[] rightLabels = {};
  private int[] leftSignatures = {};
  private int[] rightSignatures = {};
  private boolean[] present = {};
  private int[] twins = {};
  private int[] holders = {};

  StandingCombination(Expression.Binary binary, StandingNode left, StandingNode right) {
    this.binary = binary;
    this.operator = binary.operator();
    this.left = left;
    this.right = right;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    if (!left.refresh(tick) || !right.refresh(tick)) {
      return false;
    }
    if (left.labels != leftLabels || right.labels != rightLabels) {
      leftLabels = left.labels;
      rightLabels = right.labels;
      match();
    }
    double[] results = room(labels.length);
    Arrays.fill(present, false);
    if (operator == BinaryOperator.OR) {
      inOrder = left.inOrder && right.inOrder;
      note(left.values, leftSignatures);
      System.arraycopy(left.values, 0, results, 0, leftSignatures.length);
      filter(right.values, rightSignatures, false, results, leftSignatures.length);
    } else {
      inOrder = left.inOrder;
      note(right.values, rightSignatures);
      filter(left.values, leftSignatures, operator == BinaryOperator.AND, results, 0);
    }
    tick.query().budget().spend(results.length, binary.position());
    return DerivedLabels.areDistinct(twins, holders, results);
  }

  private void note(double[] values, int[] signatures) {
    for (int row = 0; row < signatures.length; row++) {
      present[signatures[row]] |= !StepMatrix.isAbsent(values[row]);
    }
  }

  private void filter(
      double[] values, int[] signatures, boolean keepPresent, double[] results, int offset) {
    for (int row = 0; row < signatures.length; row++) {
      boolean kept = present[signatures[row]] == keepPresent;
      results[offset + row] = kept ? values[row] : StepMatrix.ABSENT;
    }
  }

  private void match() {
    Signatures signatures = new Signatures(Objects.requireNonNull(binary.matching()));
    leftSignatures = signatures.of(leftLabels);
    rightSignatures = signatures.of(rightLabels);
    present = new boolean[signatures.count()];
    if (operator == BinaryOperator.OR) {
      labels = Arrays.copyOf(leftLabels, leftLabels.length + rightLabels.length);
      System.arraycopy(rightLabels, 0, labels, leftLabels.length, rightLabels.length);
      twins = DerivedLabels.twins(labels);
      holders = new int[twins.length];
    } else {
      labels = leftLabels;
    }
  }
}
