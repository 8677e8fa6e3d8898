package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.BinaryOperator;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.VectorMatching;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates arithmetic and comparisons between two vectors.
 *
 * <p>Rows are matched once for all steps; only where several rows of a side share a signature does
 * it take a look at each step whether they get into each other's way.
 */
final class VectorOperations {

  private final Query query;
  private final Expression.Binary binary;
  private final VectorMatching matching;
  private final boolean oneToOne;
  private final boolean swapped;
  private final StepMatrix many;
  private final StepMatrix one;
  private final Signatures signatures;
  private final HistogramOperations histograms;
  private int[] manySignatures = new int[0];

  /** Rows of the "one" side by signature. */
  private List<List<Integer>> oneRows = List.of();

  VectorOperations(Query query, Expression.Binary binary, StepMatrix left, StepMatrix right) {
    this.query = query;
    this.binary = binary;
    this.matching = Objects.requireNonNull(binary.matching());
    this.oneToOne = matching.cardinality() == VectorMatching.Cardinality.ONE_TO_ONE;
    this.swapped = matching.cardinality() == VectorMatching.Cardinality.ONE_TO_MANY;
    this.many = swapped ? right : left;
    this.one = swapped ? left : right;
    this.signatures = new Signatures(matching);
    this.histograms = new HistogramOperations(query, binary);
  }

  StepMatrix evaluate() throws EvaluationException {
    fill();
    StepMatrix result = new StepMatrix(many.steps(), many.size());
    if (many.size() == 0 || one.size() == 0) {
      return result;
    }
    manySignatures = signatures.of(many);
    int[] oneSignatures = signatures.of(one);
    oneRows = bySignature(oneSignatures);
    for (List<Integer> rows : oneRows) {
      if (rows.size() > 1) {
        checkUnique(rows);
      }
    }
    Uniqueness uniqueness = new Uniqueness();
    for (int row = 0; row < many.size(); row++) {
      for (int other : oneRows.get(manySignatures[row])) {
        join(result, row, other, uniqueness);
      }
    }
    result.removeEmpty();
    return query.mergedUnlessDelayed(result, binary.position());
  }

  /** Fills in what is missing: on the "one" side by {@code fill_right}, whichever side that is. */
  private void fill() throws EvaluationException {
    Fillers fillers = new Fillers(query, signatures, binary.position());
    if (matching.fillRight() != null) {
      fillers.fill(one, many, matching.fillRight());
    }
    if (matching.fillLeft() != null) {
      fillers.fill(many, one, matching.fillLeft());
    }
  }

  private List<List<Integer>> bySignature(int[] rowSignatures) {
    List<List<Integer>> rows = new ArrayList<>(signatures.count());
    for (int i = 0; i < signatures.count(); i++) {
      rows.add(List.of());
    }
    for (int row = 0; row < rowSignatures.length; row++) {
      List<Integer> sharing = rows.get(rowSignatures[row]);
      if (sharing.isEmpty()) {
        rows.set(rowSignatures[row], List.of(row));
      } else {
        List<Integer> longer = sharing.size() == 1 ? new ArrayList<>(sharing) : sharing;
        longer.add(row);
        rows.set(rowSignatures[row], longer);
      }
    }
    return rows;
  }

  /** Checks that of some rows of the "one" side no two have a value at the same step. */
  private void checkUnique(List<Integer> rows) throws EvaluationException {
    for (int step = 0; step < one.steps(); step++) {
      int seen = -1;
      for (int row : rows) {
        if (!one.isPresent(row, step)) {
          continue;
        }
        if (seen >= 0 && (matching.fills() || anyMany(step))) {
          throw manyToMany(one.labels(row), one.labels(seen));
        }
        seen = row;
      }
    }
  }

  /** Names both series in their order, so that the message does not depend on the source's. */
  private EvaluationException manyToMany(Labels series, Labels other) {
    boolean inOrder = series.compareTo(other) < 0;
    return failure(
        String.format(
            "found duplicate series for the match group %s on the %s hand-side of the operation:"
                + " [%s, %s];many-to-many matching not allowed: matching labels must be unique on"
                + " one side",
            signatures.signature(series),
            swapped ? "left" : "right",
            inOrder ? series : other,
            inOrder ? other : series));
  }

  /** Tells whether the "many" side has any value at a step; if not, nothing is matched there. */
  private boolean anyMany(int step) {
    for (int row = 0; row < many.size(); row++) {
      if (many.isPresent(row, step)) {
        return true;
      }
    }
    return false;
  }

  private void join(StepMatrix result, int manyRow, int oneRow, Uniqueness uniqueness)
      throws EvaluationException {
    query.budget().spend(result.steps(), binary.position());
    Labels labels = resultLabels(binary, many.labels(manyRow), one.labels(oneRow));
    boolean nameDropped = many.nameDropped(manyRow) || binary.bool();
    if (binary.bool() && !query.options().delayedNameRemoval()) {
      labels = LabelSets.withoutMetadata(labels);
      nameDropped = false;
    }
    int row = result.add(labels, nameDropped);
    BitSet taken = uniqueness.taken(manySignatures[manyRow], labels);
    if (many.hasHistograms() || one.hasHistograms() || binary.operator().isTrim()) {
      computeMixed(result, row, manyRow, oneRow, taken, uniqueness);
    } else {
      compute(result, row, manyRow, oneRow, taken, uniqueness);
    }
  }

  private void compute(
      StepMatrix result,
      int row,
      int manyRow,
      int oneRow,
      @Nullable BitSet taken,
      Uniqueness uniqueness)
      throws EvaluationException {
    double[] values = result.values();
    int offset = result.offset(row);
    // hot: a pass over two rows; must not allocate.
    for (int step = 0; step < result.steps(); step++) {
      double manyValue = many.value(manyRow, step);
      double oneValue = one.value(oneRow, step);
      double value = StepMatrix.ABSENT;
      if (!StepMatrix.isAbsent(manyValue) && !StepMatrix.isAbsent(oneValue)) {
        if (taken != null) {
          uniqueness.take(taken, step);
        }
        value = computed(swapped ? oneValue : manyValue, swapped ? manyValue : oneValue);
      }
      values[offset + step] = value;
    }
  }

  private double computed(double left, double right) {
    return computed(binary, left, right);
  }

  /** Returns what two values make, or {@link StepMatrix#ABSENT}. */
  static double computed(Expression.Binary binary, double left, double right) {
    BinaryOperator operator = binary.operator();
    if (!operator.isComparison()) {
      return Arithmetic.compute(operator, left, right);
    } else if (binary.bool()) {
      return Arithmetic.holds(operator, left, right) ? 1 : 0;
    }
    return Arithmetic.holds(operator, left, right) ? left : StepMatrix.ABSENT;
  }

  /** Computes where either row can, or should, have histograms. */
  private void computeMixed(
      StepMatrix result,
      int row,
      int manyRow,
      int oneRow,
      @Nullable BitSet taken,
      Uniqueness uniqueness)
      throws EvaluationException {
    StepMatrix left = swapped ? one : many;
    StepMatrix right = swapped ? many : one;
    int leftRow = swapped ? oneRow : manyRow;
    int rightRow = swapped ? manyRow : oneRow;
    for (int step = 0; step < result.steps(); step++) {
      boolean matched = false;
      if (left.isPresent(leftRow, step) && right.isPresent(rightRow, step)) {
        double leftValue = left.value(leftRow, step);
        double rightValue = right.value(rightRow, step);
        Histogram leftHistogram = left.histogram(leftRow, step);
        Histogram rightHistogram = right.histogram(rightRow, step);
        boolean numbers = leftHistogram == null && rightHistogram == null;
        if (numbers && !binary.operator().isTrim()) {
          result.setValue(row, step, computed(leftValue, rightValue));
          matched = true;
        } else {
          matched =
              histograms.apply(
                  result, row, step, leftValue, leftHistogram, rightValue, rightHistogram);
        }
      } else {
        result.setValue(row, step, StepMatrix.ABSENT);
      }
      if (matched && taken != null) {
        uniqueness.take(taken, step);
      }
    }
  }

  /** Returns the labels of what two series make. */
  static Labels resultLabels(Expression.Binary binary, Labels manyLabels, Labels oneLabels) {
    VectorMatching matching = Objects.requireNonNull(binary.matching());
    Labels labels =
        binary.operator().keepsName() ? manyLabels : LabelSets.withoutMetadata(manyLabels);
    if (matching.cardinality() == VectorMatching.Cardinality.ONE_TO_ONE) {
      labels =
          matching.on()
              ? LabelSets.keeping(labels, matching.labels())
              : LabelSets.dropping(labels, matching.labels());
    }
    for (String name : matching.include()) {
      String value = oneLabels.getOrEmpty(name);
      if (!value.equals(labels.getOrEmpty(name))) {
        labels = labels.with(name, value);
      }
    }
    return labels;
  }

  private EvaluationException failure(String message) {
    return new EvaluationException(EvaluationException.Kind.EXECUTION, message, binary.position());
  }

  /**
   * Watches that no two rows of the "many" side are matched into the same result at a step, also
   * where a comparison then drops it.
   */
  private final class Uniqueness {

    private final int[] rowsOfSignature = new int[signatures.count()];
    private final Map<Integer, Map<Labels, BitSet>> takenByLabels = new HashMap<>();

    Uniqueness() {
      for (int signature : manySignatures) {
        rowsOfSignature[signature]++;
      }
    }

    /** Returns the steps taken so far by results of the kind, or null if there is but one. */
    @Nullable BitSet taken(int signature, Labels labels) {
      if (rowsOfSignature[signature] == 1) {
        return null;
      }
      Map<Labels, BitSet> byLabels =
          takenByLabels.computeIfAbsent(signature, number -> new HashMap<>());
      return byLabels.computeIfAbsent(oneToOne ? Labels.EMPTY : labels, key -> new BitSet());
    }

    void take(BitSet steps, int step) throws EvaluationException {
      if (steps.get(step)) {
        throw failure(
            oneToOne
                ? "multiple matches for labels: many-to-one matching must be explicit"
                    + " (group_left/group_right)"
                : "multiple matches for labels: grouping labels must ensure unique matches");
      }
      steps.set(step);
    }
  }
}
