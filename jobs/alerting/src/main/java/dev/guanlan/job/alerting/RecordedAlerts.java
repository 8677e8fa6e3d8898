package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.ForStates;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.RuleMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
   * theirs, by the version that it came for: one may wait for its shards while another comes. In
   * memory only: after a failure before they are here it comes again, but not to a version that is
   * here and waits for shards.
   */
  private final TreeMap<Long, List<SampleBlock>> ofNext = new TreeMap<>();

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
      ofNext.computeIfAbsent(version, first -> new ArrayList<>()).add(recorded);
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
   * @param version the version's number; what came for later ones is theirs
   * @param begun the places of the rules that the version before had not; all others keep what they
   *     remember
   */
  List<RuleMemory> restoreNext(
      ForStates restoration,
      RuleGroup next,
      long version,
      List<RuleMemory> memories,
      List<Integer> begun,
      long tickMillis) {
    Map<Long, List<SampleBlock>> came = ofNext.headMap(version, true);
    List<SampleBlock> blocks = came.values().stream().flatMap(List::stream).toList();
    came.clear();
    return restoration.restore(next, memories, begun, blocks, tickMillis);
  }

  /**
   * Keeps nothing of a version that will not come.
   *
   * @param version its number
   * @param goesOn the number of the version before that is evaluated, or waits to be
   */
  void forgetNext(long version, long goesOn) {
    ofNext.keySet().removeIf(each -> each > goesOn && each <= version);
  }

  /** Keeps nothing of any version that is on its way. */
  void forgetAllNext() {
    ofNext.clear();
  }
}
