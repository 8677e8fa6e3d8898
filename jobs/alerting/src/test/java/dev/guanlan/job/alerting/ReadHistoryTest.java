package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.alerting.HistoryReader.Filled;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.Selectors;
import dev.guanlan.rules.ForStates;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.store.SampleReader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reads from a ClickHouse that is away; {@link BootstrapITCase} reads from one that is there. */
@DisplayName("The history of a rule group")
class ReadHistoryTest {

  private static final long TIMEOUT_MILLIS = 60_000;

  private final List<String> missing = new ArrayList<>();
  private OneInputStreamOperatorTestHarness<RuleChange, GroupUpdate> harness;

  private void open(String... options) throws Exception {
    open(null, options);
  }

  private void open(@Nullable OperatorSubtaskState state, String... options) throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new AsyncWaitOperatorFactory<>(
                new ReadHistory(BootstrapOptions.of(AlertingJob.options(options))),
                TIMEOUT_MILLIS,
                100,
                OutputMode.UNORDERED),
            AlertingTypes.RULE_CHANGES.createSerializer(new SerializerConfigImpl()));
    harness.setup(AlertingTypes.GROUP_UPDATES.createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static RuleChange group(String name, long version) throws Exception {
    return new RuleChange(
        TestingEvaluation.key("t", name),
        version,
        RuleGroupRecords.toRecord(
            "t",
            TestingEvaluation.groups(
                    "groups: [{name: %s, rules: [{record: r, expr: up}]}]".formatted(name))
                .get(0),
            version));
  }

  private static RuleChange deletion(String name, long version) {
    return new RuleChange(TestingEvaluation.key("t", name), version, null);
  }

  /** Sends changes, and returns what comes out at once, as {@code key version}. */
  private List<String> send(RuleChange... changes) throws Exception {
    for (RuleChange change : changes) {
      harness.processElement(new StreamRecord<>(change));
    }
    return out();
  }

  private List<String> out() throws Exception {
    Optional<Mail> mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
    while (mail.isPresent()) {
      mail.get().run();
      mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
    }
    List<String> lines = new ArrayList<>();
    for (GroupUpdate update : harness.extractOutputValues()) {
      RuleChange change = (RuleChange) update;
      lines.add(
          "%s %d%s"
              .formatted(change.key(), change.version(), change.group() == null ? " deleted" : ""));
      if (change.missingHistory() != null) {
        missing.add(change.missingHistory());
      }
    }
    harness.getOutput().clear();
    return lines;
  }

  @Test
  @DisplayName("is nothing where no ClickHouse is configured")
  void off() throws Exception {
    open();
    assertThat(send(group("a", 1), group("b", 1), deletion("a", 2)))
        .containsExactly("t/file/a 1", "t/file/b 1", "t/file/a 2 deleted");
    assertThat(missing).isEmpty();
  }

  @Test
  @DisplayName("is there already for a change that looks at nothing new")
  void filledAlready() throws Exception {
    open();
    HistoryReader reader =
        new HistoryReader(
            new SampleReader(
                Objects.requireNonNull(
                        BootstrapOptions.of(
                                AlertingJob.options("--clickhouse.url", "http://127.0.0.1:1"))
                            .target())
                    .connect(),
                1,
                1),
            300_000,
            ForStates.DEFAULTS,
            Clock.systemUTC());
    RuleGroup up = Objects.requireNonNull(group("a", 1).group());
    SelectedWindow window = Selectors.of(Parser.parse("up"), 300_000).get(0);
    assertThat(reader.filledAlready(up, Filled.NOTHING)).isNull();
    assertThat(reader.filledAlready(up, new Filled(Set.of(window), 0)))
        .isEqualTo(new Filled(Set.of(window), 0));
    up = RuleGroup.newBuilder(up).setQueryOffsetMillis(1_000).build();
    assertThat(reader.filledAlready(up, new Filled(Set.of(window), 0))).as("farther back").isNull();
    assertThat(reader.filledAlready(up, new Filled(Set.of(window), 2_000)))
        .as("is known to be less from now on")
        .isEqualTo(new Filled(Set.of(window), 1_000));
    SelectedWindow shorter = new SelectedWindow(window.matchers(), 1, 0);
    assertThat(reader.filledAlready(up, new Filled(Set.of(shorter), 2_000))).isNull();
  }

  @Test
  @DisplayName("is waited for, which keeps no other group, and given up after a while")
  void away() throws Exception {
    open("--clickhouse.url", "http://127.0.0.1:1", "--rules.bootstrap-delay", "0 s");
    assertThat(send(group("a", 1), deletion("b", 1))).containsExactly("t/file/b 1 deleted");
    harness.setProcessingTime(TIMEOUT_MILLIS - 1);
    assertThat(out()).isEmpty();
    harness.setProcessingTime(TIMEOUT_MILLIS);
    assertThat(out()).containsExactly("t/file/a 1");
    assertThat(missing)
        .as("the change says that it comes without, and a deletion does not")
        .singleElement()
        .asString()
        .startsWith("ClickHouse did not give it within PT1M (--rules.bootstrap-timeout)");
  }

  @Test
  @DisplayName("is of the newest version, whatever the order in which versions are taken up again")
  void newest() throws Exception {
    open("--clickhouse.url", "http://127.0.0.1:1", "--rules.bootstrap-delay", "0 s");
    assertThat(send(group("a", 1), group("a", 2), group("b", 2), deletion("b", 3)))
        .containsExactly("t/file/b 3 deleted");
    assertThat(send(group("b", 1), deletion("a", 1))).isEmpty();
    harness.setProcessingTime(TIMEOUT_MILLIS);
    assertThat(out()).containsExactly("t/file/a 2");
  }

  @Test
  @DisplayName("is waited for again after a failure")
  void restored() throws Exception {
    String[] options = {"--clickhouse.url", "http://127.0.0.1:1", "--rules.bootstrap-delay", "0 s"};
    open(options);
    harness.processElement(new StreamRecord<>(group("a", 1)));
    harness.processElement(new StreamRecord<>(group("a", 2)));
    harness.processElement(new StreamRecord<>(group("b", 1)));
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();

    open(state, options);
    assertThat(out()).isEmpty();
    harness.setProcessingTime(TIMEOUT_MILLIS);
    assertThat(out()).containsExactlyInAnyOrder("t/file/a 2", "t/file/b 1");
  }
}
