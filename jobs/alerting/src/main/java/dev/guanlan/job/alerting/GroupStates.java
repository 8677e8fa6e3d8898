package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.KnownSeries;
import dev.guanlan.job.alerting.state.MissingHistory;
import dev.guanlan.job.alerting.state.Segment;
import dev.guanlan.job.alerting.state.SeriesWindow;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.schema.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;

/**
 * Is what Flink keeps of the group whose key is current. Written before checkpoints, read after
 * restores; in between the group is a {@link LiveGroup}.
 *
 * @param group the group as it is evaluated, or empty while only samples of it are known
 * @param progress how far it has come
 * @param refused a version that cannot be evaluated; empty if there is none
 * @param missingHistory what it lacks of the past; empty if nothing
 * @param memories what each rule remembers, by its place; nothing for a rule that remembers nothing
 * @param series the series that segments speak of by number
 * @param segments the samples that its rules can still look at, and some more, as they came
 * @param windows the same samples as the releases before segments wrote them
 * @param givenUp the newest time of what a window lacks, by its text
 * @param fixed the samples of the times that its selectors are fixed to
 * @param fixedLacks the texts of the windows of fixed times that lack something
 * @param forStates what was recorded of its alerts, until its first tick; empty after that
 * @param looksAtRecorded whether samples that rules recorded have come to it; empty if not known
 * @param laggedUpTo up to where event time had come when it last {@linkplain GroupPause paused};
 *     empty if it never did
 * @param reached up to when there will be no tick of it any more; empty before the first, or if
 *     only the last tick is known
 */
record GroupStates(
    ValueState<RuleGroup> group,
    ValueState<GroupProgress> progress,
    ValueState<RuleGroup> refused,
    ValueState<MissingHistory> missingHistory,
    MapState<Integer, RuleMemory> memories,
    MapState<Integer, KnownSeries> series,
    MapState<Long, Segment> segments,
    MapState<SeriesId, SeriesWindow> windows,
    MapState<String, Long> givenUp,
    MapState<SeriesId, SeriesWindow> fixed,
    MapState<String, Boolean> fixedLacks,
    ListState<SampleBlock> forStates,
    ValueState<Boolean> looksAtRecorded,
    ValueState<Long> laggedUpTo,
    ValueState<Long> reached) {

  static GroupStates of(RuntimeContext context) {
    return new GroupStates(
        context.getState(AlertingTypes.GROUP),
        context.getState(AlertingTypes.PROGRESS),
        context.getState(AlertingTypes.REFUSED),
        context.getState(AlertingTypes.MISSING_HISTORY),
        context.getMapState(AlertingTypes.MEMORIES),
        context.getMapState(AlertingTypes.SERIES),
        context.getMapState(AlertingTypes.SEGMENTS),
        context.getMapState(AlertingTypes.WINDOWS),
        context.getMapState(AlertingTypes.GIVEN_UP),
        context.getMapState(AlertingTypes.FIXED),
        context.getMapState(AlertingTypes.FIXED_LACKS),
        context.getListState(AlertingTypes.FOR_STATES),
        context.getState(AlertingTypes.LOOKS_AT_RECORDED),
        context.getState(AlertingTypes.LAGGED_UP_TO),
        context.getState(AlertingTypes.REACHED));
  }

  List<RuleMemory> memories(int rules) throws Exception {
    List<RuleMemory> known = new ArrayList<>();
    for (int i = 0; i < rules; i++) {
      RuleMemory memory = memories.get(i);
      known.add(memory == null ? RuleMemory.EMPTY : memory);
    }
    return known;
  }

  /** Writes the memories that changed. */
  void store(List<RuleMemory> before, List<RuleMemory> after) throws Exception {
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      RuleMemory old = i < before.size() ? before.get(i) : RuleMemory.EMPTY;
      RuleMemory now = i < after.size() ? after.get(i) : RuleMemory.EMPTY;
      if (now.equals(old)) {
        continue;
      }
      if (now.isEmpty()) {
        memories.remove(i);
      } else {
        memories.put(i, now);
      }
    }
  }

  void clear() {
    group.clear();
    progress.clear();
    refused.clear();
    missingHistory.clear();
    memories.clear();
    series.clear();
    segments.clear();
    windows.clear();
    givenUp.clear();
    fixed.clear();
    fixedLacks.clear();
    forStates.clear();
    looksAtRecorded.clear();
    laggedUpTo.clear();
    reached.clear();
  }
}
