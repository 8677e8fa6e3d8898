package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.VectorMatching;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Combines two vectors. Which rows belong together is worked out when there are others; at a tick
 * it only looks whether rows that get into each other's way both have values, and then leaves it to
 * the engine to say so.
 */
final class StandingJoin extends StandingNode {

  /** Is a result that no other can get in the way of. */
  private static final int ALONE = -1;

  private final Expression.Binary binary;
  private final VectorMatching matching;
  private final boolean oneToOne;
  private final boolean swapped;
  private final StandingNode many;
  private final StandingNode one;
  private Labels[] manyLabels = {};
  private Labels[] oneLabels = {};

  /** The rows of each result. */
  private int[] manyRows = {};

  private int[] oneRows = {};

  /** Which results must not have values together. */
  private int[] rivals = {};

  private boolean[] taken = {};

  /** The first row of the "one" side with the same signature; empty if all are distinct. */
  private int[] oneTwins = {};

  private int[] oneHolders = {};
  private int[] twins = {};
  private int[] holders = {};

  StandingJoin(Expression.Binary binary, StandingNode left, StandingNode right) {
    this.binary = binary;
    this.matching = Objects.requireNonNull(binary.matching());
    this.oneToOne = matching.cardinality() == VectorMatching.Cardinality.ONE_TO_ONE;
    this.swapped = matching.cardinality() == VectorMatching.Cardinality.ONE_TO_MANY;
    this.many = swapped ? right : left;
    this.one = swapped ? left : right;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    if (!many.refresh(tick) || !one.refresh(tick)) {
      return false;
    }
    if (many.labels != manyLabels || one.labels != oneLabels) {
      manyLabels = many.labels;
      oneLabels = one.labels;
      match();
    }
    inOrder = many.inOrder;
    if (!DerivedLabels.areDistinct(oneTwins, oneHolders, one.values)) {
      return false;
    }
    Arrays.fill(taken, false);
    double[] results = room(labels.length);
    for (int row = 0; row < results.length; row++) {
      double manyValue = many.values[manyRows[row]];
      double oneValue = one.values[oneRows[row]];
      if (StepMatrix.isAbsent(manyValue) || StepMatrix.isAbsent(oneValue)) {
        results[row] = StepMatrix.ABSENT;
        continue;
      }
      int rival = rivals[row];
      if (rival != ALONE) {
        if (taken[rival]) {
          return false;
        }
        taken[rival] = true;
      }
      results[row] =
          VectorOperations.computed(
              binary, swapped ? oneValue : manyValue, swapped ? manyValue : oneValue);
    }
    tick.query().budget().spend(results.length, binary.position());
    return DerivedLabels.areDistinct(twins, holders, results);
  }

  private void match() {
    Signatures signatures = new Signatures(matching);
    int[] manySignatures = signatures.of(manyLabels);
    int[] oneSignatures = signatures.of(oneLabels);
    List<List<Integer>> oneBySignature = rowsBySignature(oneSignatures, signatures.count());
    oneTwins = twins(oneSignatures, oneBySignature);
    oneHolders = new int[oneTwins.length];
    int[] sharing = new int[signatures.count()];
    for (int signature : manySignatures) {
      sharing[signature]++;
    }
    List<Labels> made = new ArrayList<>();
    List<Integer> manySide = new ArrayList<>();
    List<Integer> oneSide = new ArrayList<>();
    List<Integer> rivalries = new ArrayList<>();
    Map<Rivalry, Integer> numbers = new HashMap<>();
    for (int row = 0; row < manyLabels.length; row++) {
      int signature = manySignatures[row];
      for (int other : oneBySignature.get(signature)) {
        Labels result = resultLabels(manyLabels[row], oneLabels[other]);
        made.add(result);
        manySide.add(row);
        oneSide.add(other);
        Rivalry rivalry = new Rivalry(signature, oneToOne ? Labels.EMPTY : result);
        rivalries.add(
            sharing[signature] == 1
                ? ALONE
                : numbers.computeIfAbsent(rivalry, key -> numbers.size()));
      }
    }
    labels = made.toArray(Labels[]::new);
    manyRows = ints(manySide);
    oneRows = ints(oneSide);
    rivals = ints(rivalries);
    taken = new boolean[numbers.size()];
    twins = DerivedLabels.twins(labels);
    holders = new int[twins.length];
  }

  private record Rivalry(int signature, Labels labels) {}

  private Labels resultLabels(Labels manySide, Labels oneSide) {
    Labels result = VectorOperations.resultLabels(binary, manySide, oneSide);
    return binary.bool() ? LabelSets.withoutMetadata(result) : result;
  }

  private static List<List<Integer>> rowsBySignature(int[] signatures, int count) {
    List<List<Integer>> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(new ArrayList<>(1));
    }
    for (int row = 0; row < signatures.length; row++) {
      rows.get(signatures[row]).add(row);
    }
    return rows;
  }

  private static int[] twins(int[] signatures, List<List<Integer>> rows) {
    int[] twins = new int[signatures.length];
    boolean distinct = true;
    for (int row = 0; row < twins.length; row++) {
      twins[row] = rows.get(signatures[row]).get(0);
      distinct &= twins[row] == row;
    }
    return distinct ? new int[0] : twins;
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }
}
