package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.FilledWindows;
import dev.guanlan.job.alerting.state.FilledWindowsSerializer;
import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.GroupProgressSerializer;
import dev.guanlan.job.alerting.state.KnownSeries;
import dev.guanlan.job.alerting.state.KnownSeriesSerializer;
import dev.guanlan.job.alerting.state.LeafResults;
import dev.guanlan.job.alerting.state.LeafResultsSerializer;
import dev.guanlan.job.alerting.state.MissingHistory;
import dev.guanlan.job.alerting.state.MissingHistorySerializer;
import dev.guanlan.job.alerting.state.RuleMemorySerializer;
import dev.guanlan.job.alerting.state.Segment;
import dev.guanlan.job.alerting.state.SegmentSerializer;
import dev.guanlan.job.alerting.state.SeriesIdSerializer;
import dev.guanlan.job.alerting.state.SeriesWindow;
import dev.guanlan.job.alerting.state.SeriesWindowSerializer;
import dev.guanlan.job.alerting.state.SourceMarks;
import dev.guanlan.job.alerting.state.SourceMarksSerializer;
import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.SchemaTypes;
import dev.guanlan.job.common.VersionedType;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.rules.Notification;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import dev.guanlan.schema.RuleGroupStatus;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;
import org.apache.flink.util.OutputTag;

/** Gives the job's elements and state their types in Flink. */
final class AlertingTypes {

  static final TypeInformation<RuleChange> RULE_CHANGES =
      VersionedType.of(RuleChange.class, new RuleChangeSerializer());
  static final TypeInformation<SelectionChange> SELECTION_CHANGES =
      VersionedType.of(SelectionChange.class, new SelectionChangeSerializer());
  static final TypeInformation<GroupInput> GROUP_INPUTS =
      VersionedType.of(GroupInput.class, new GroupInputSerializer());
  static final TypeInformation<GroupUpdate> GROUP_UPDATES =
      VersionedType.of(GroupUpdate.class, new GroupUpdateSerializer());
  static final TypeInformation<GroupSamples> GROUP_SAMPLES =
      VersionedType.of(GroupSamples.class, new GroupSamplesSerializer());
  static final TypeInformation<AlertTransition> TRANSITIONS = SchemaTypes.of(AlertTransition.class);

  static final OutputTag<Notification> NOTIFICATIONS =
      new OutputTag<>(
          "notifications", VersionedType.of(Notification.class, new NotificationSerializer()));
  static final OutputTag<GroupSamples> RECORDED = new OutputTag<>("recorded", GROUP_SAMPLES);

  static final OutputTag<GroupInput> TO_SHARDS = new OutputTag<>("to-shards", GROUP_INPUTS);
  static final OutputTag<RuleGroupPlan> PLANS =
      new OutputTag<>("plans", SchemaTypes.of(RuleGroupPlan.class));

  static final OutputTag<RuleGroupStatus> RULE_STATUS =
      new OutputTag<>("rule-status", SchemaTypes.of(RuleGroupStatus.class));

  static final ValueStateDescriptor<RuleGroup> GROUP =
      new ValueStateDescriptor<>(AlertingNames.GROUP_STATE, SchemaTypes.of(RuleGroup.class));
  static final ValueStateDescriptor<GroupProgress> PROGRESS =
      new ValueStateDescriptor<>(
          AlertingNames.PROGRESS_STATE,
          VersionedType.of(GroupProgress.class, new GroupProgressSerializer()));
  static final ValueStateDescriptor<RuleGroup> REFUSED =
      new ValueStateDescriptor<>(AlertingNames.REFUSED_STATE, SchemaTypes.of(RuleGroup.class));
  static final ValueStateDescriptor<MissingHistory> MISSING_HISTORY =
      new ValueStateDescriptor<>(
          AlertingNames.MISSING_HISTORY_STATE,
          VersionedType.of(MissingHistory.class, new MissingHistorySerializer()));
  static final MapStateDescriptor<Integer, RuleMemory> MEMORIES =
      new MapStateDescriptor<>(
          AlertingNames.MEMORIES_STATE,
          Types.INT,
          VersionedType.of(RuleMemory.class, new RuleMemorySerializer()));
  static final MapStateDescriptor<Integer, KnownSeries> SERIES =
      new MapStateDescriptor<>(
          AlertingNames.SERIES_STATE,
          Types.INT,
          VersionedType.of(KnownSeries.class, new KnownSeriesSerializer()));
  static final MapStateDescriptor<Long, Segment> SEGMENTS =
      new MapStateDescriptor<>(
          AlertingNames.SEGMENTS_STATE,
          Types.LONG,
          VersionedType.of(Segment.class, new SegmentSerializer()));
  static final ListStateDescriptor<SampleBlock> FOR_STATES =
      new ListStateDescriptor<>(AlertingNames.FOR_STATES_STATE, BlockTypes.SAMPLES);
  static final MapStateDescriptor<SeriesId, SeriesWindow> WINDOWS =
      new MapStateDescriptor<>(
          AlertingNames.WINDOWS_STATE,
          VersionedType.of(SeriesId.class, new SeriesIdSerializer()),
          VersionedType.of(SeriesWindow.class, new SeriesWindowSerializer()));
  static final MapStateDescriptor<String, Long> GIVEN_UP =
      new MapStateDescriptor<>(AlertingNames.GIVEN_UP_STATE, Types.STRING, Types.LONG);
  static final MapStateDescriptor<SeriesId, SeriesWindow> FIXED =
      new MapStateDescriptor<>(
          AlertingNames.FIXED_STATE,
          VersionedType.of(SeriesId.class, new SeriesIdSerializer()),
          VersionedType.of(SeriesWindow.class, new SeriesWindowSerializer()));
  static final MapStateDescriptor<String, Boolean> FIXED_LACKS =
      new MapStateDescriptor<>(AlertingNames.FIXED_LACKS_STATE, Types.STRING, Types.BOOLEAN);
  static final ValueStateDescriptor<Boolean> LOOKS_AT_RECORDED =
      new ValueStateDescriptor<>(AlertingNames.LOOKS_AT_RECORDED_STATE, Types.BOOLEAN);
  static final ValueStateDescriptor<Long> LAGGED_UP_TO =
      new ValueStateDescriptor<>(AlertingNames.LAGGED_UP_TO_STATE, Types.LONG);
  static final ValueStateDescriptor<Long> REACHED =
      new ValueStateDescriptor<>(AlertingNames.REACHED_STATE, Types.LONG);
  static final ListStateDescriptor<StreamElement> CHANGES_UNDER_WAY =
      new ListStateDescriptor<>(
          AlertingNames.CHANGES_UNDER_WAY_STATE,
          new StreamElementSerializer<>(RULE_CHANGES.createSerializer(new SerializerConfigImpl())));
  static final ListStateDescriptor<FilledWindows> FILLED_WINDOWS =
      new ListStateDescriptor<>(
          AlertingNames.FILLED_WINDOWS_STATE,
          VersionedType.of(FilledWindows.class, new FilledWindowsSerializer()));
  static final ListStateDescriptor<Long> NEWEST_SAMPLE =
      new ListStateDescriptor<>(AlertingNames.NEWEST_SAMPLE_STATE, Types.LONG);
  static final ListStateDescriptor<Long> PACED_TIME =
      new ListStateDescriptor<>(AlertingNames.PACED_TIME_STATE, Types.LONG);
  static final ListStateDescriptor<Long> EVENT_TIME =
      new ListStateDescriptor<>(AlertingNames.EVENT_TIME_STATE, Types.LONG);
  static final ListStateDescriptor<RuleChange> LAST_VERSIONS =
      new ListStateDescriptor<>(AlertingNames.LAST_VERSIONS_STATE, RULE_CHANGES);
  static final ValueStateDescriptor<RuleGroupPlan> PLAN =
      new ValueStateDescriptor<>(AlertingNames.PLAN_STATE, SchemaTypes.of(RuleGroupPlan.class));
  static final ValueStateDescriptor<Long> SHARDED =
      new ValueStateDescriptor<>(AlertingNames.SHARDED_STATE, Types.LONG);
  static final ValueStateDescriptor<RuleGroup> NEXT_GROUP =
      new ValueStateDescriptor<>(AlertingNames.NEXT_GROUP_STATE, SchemaTypes.of(RuleGroup.class));
  static final ValueStateDescriptor<SourceMarks> MARKS =
      new ValueStateDescriptor<>(
          AlertingNames.MARKS_STATE,
          VersionedType.of(SourceMarks.class, new SourceMarksSerializer()));
  static final ListStateDescriptor<LeafResults> LEAF_RESULTS =
      new ListStateDescriptor<>(
          AlertingNames.LEAF_RESULTS_STATE,
          VersionedType.of(LeafResults.class, new LeafResultsSerializer()));
  static final ValueStateDescriptor<Integer> STATUS_PARTS =
      new ValueStateDescriptor<>(AlertingNames.STATUS_PARTS_STATE, Types.INT);

  private AlertingTypes() {}
}
