package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.ForStates;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.RuleMemory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was recorded of the alerts of a group until the rules that it is of have their first
 * tick, and tells them then since when their alerts are active.
 */
final class RecordedAlerts {

  /** Whether state holds what was recorded, for the group's first tick. */
  private boolean inState;

  /**
   * What was recorded of the alerts of versions that are on their way, whose rules tell what is
   * theirs. In memory only: after a failure before they are here it comes again, but not to a
   * version that is here and waits for shards.
   */
  private final List<SampleBlock> ofNext = new ArrayList<>();

  /** Looks at what state has. */
  void read(GroupStates states) throws Exception {
    inState = states.forStates().get().iterator().hasNext();
  }

  /**
   * Keeps what was recorded: of a new group for its first tick, of a change until it is here.
   *
   * @param known the group as it is evaluated; null if it is new
   * @param version the version of the group that it comes for
   */
  void remember(
      SampleBlock recorded,
      long version,
      dev.guanlan.schema.@Nullable RuleGroup known,
      GroupStates states)
      throws Exception {
    if (known == null) {
      states.forStates().add(recorded);
      inState = true;
    } else if (version > known.getVersion()) {
      // What came for a version before is not read again, and may be of a rule of this one.
      ofNext.add(recorded);
    }
  }

  /** Returns what the rules of a group remember at its first tick, and keeps nothing of it. */
  List<RuleMemory> restore(
      ForStates restoration,
      RuleGroup group,
      List<RuleMemory> memories,
      long tickMillis,
      GroupStates states)
      throws Exception {
    if (!inState) {
      return memories;
    }
    List<RuleMemory> restored =
        restoration.restore(group, memories, states.forStates().get(), tickMillis);
    states.forStates().clear();
    inState = false;
    return restored;
  }

  /**
   * Returns what the rules of a version remember at its first tick, and keeps nothing of it.
   *
   * @param begun the places of the rules that the version before had not; all others keep what they
   *     remember
   */
  List<RuleMemory> restoreNext(
      ForStates restoration,
      RuleGroup next,
      List<RuleMemory> memories,
      List<Integer> begun,
      long tickMillis) {
    List<RuleMemory> restored = restoration.restore(next, memories, begun, ofNext, tickMillis);
    forgetNext();
    return restored;
  }

  /** Keeps nothing of a version that will not come. */
  void forgetNext() {
    ofNext.clear();
  }
}
