package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.alerting.HistoryReader.Filled;
import dev.guanlan.model.Labels;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.Selectors;
import dev.guanlan.rules.ForStates;
import dev.guanlan.schema.RuleGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.functions.async.AsyncFunction;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reads from a store of the test's; {@link BootstrapITCase} reads from ClickHouse. */
@DisplayName("The history of a rule group")
class ReadHistoryTest {

  private static final long TIMEOUT_MILLIS = 60_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Has that of the running test. */
  private static final AtomicReference<TestingHistories> STORE =
      new AtomicReference<>(new TestingHistories());

  private TestingHistories store = new TestingHistories();

  private final List<String> missing = new ArrayList<>();

  /** When histories were read. */
  private final List<Long> read = new ArrayList<>();

  private OneInputStreamOperatorTestHarness<RuleChange, GroupUpdate> harness;

  private void open(String... options) throws Exception {
    open(null, options);
  }

  private void open(@Nullable OperatorSubtaskState state, String... options) throws Exception {
    BootstrapOptions bootstrap = BootstrapOptions.of(AlertingJob.options(options));
    start(state, new ReadHistory(bootstrap));
  }

  /** Reads from the test's store. */
  private void openStore(@Nullable OperatorSubtaskState state, String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of(more));
    options.addAll(List.of("--rules.bootstrap-delay", "0 s"));
    BootstrapOptions bootstrap =
        BootstrapOptions.of(AlertingJob.options(options.toArray(String[]::new)));
    start(state, new ReadHistory(bootstrap, samples -> STORE.get().open(samples)));
  }

  private void start(@Nullable OperatorSubtaskState state, ReadHistory step) throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            step, AlertingTypes.RULE_CHANGES.createSerializer(new SerializerConfigImpl()));
    harness.setup(AlertingTypes.GROUP_UPDATES.createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  @BeforeEach
  void begin() {
    store = new TestingHistories();
    STORE.set(store);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static RuleChange group(String name, long version) throws Exception {
    return group(name, version, name + "_" + version);
  }

  private static RuleChange group(String name, long version, String expression) throws Exception {
    return new RuleChange(
        TestingEvaluation.key("t", name),
        version,
        RuleGroupRecords.toRecord(
            "t",
            TestingEvaluation.groups(
                    "groups: [{name: %s, rules: [{record: r, expr: %s}]}]"
                        .formatted(name, expression))
                .get(0),
            version));
  }

  private static RuleChange deletion(String name, long version) {
    return new RuleChange(TestingEvaluation.key("t", name), version, null);
  }

  /** Returns the line of a piece. */
  private static String piece(String name, long version, int piece) {
    return "t/file/%s %s"
        .formatted(name, Labels.of("__name__", name + "_" + version, "n", Integer.toString(piece)));
  }

  /** Returns what comes out until there are so many lines. */
  private List<String> await(int lines) {
    List<String> all = new ArrayList<>();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .pollInSameThread()
        .until(
            () -> {
              all.addAll(out());
              return all.size() >= lines;
            });
    return all;
  }

  /** Returns what comes out until nobody reads any more. */
  private List<String> awaitEnd() {
    List<String> all = new ArrayList<>();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .pollInSameThread()
        .until(
            () -> {
              boolean over = store.reading() == 0;
              all.addAll(out());
              return over;
            });
    return all;
  }

  private void awaitReading(int readers) {
    Awaitility.await().atMost(PATIENCE).until(() -> store.reading() == readers);
  }

  private void feed(RuleChange... changes) throws Exception {
    for (RuleChange change : changes) {
      harness.processElement(new StreamRecord<>(change));
    }
  }

  /** Sends changes, and returns what comes out at once, as {@code key version}. */
  private List<String> send(RuleChange... changes) throws Exception {
    feed(changes);
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
      if (update instanceof GroupHistory history) {
        lines.add("%s %s".formatted(history.key(), history.block().labels(0)));
        continue;
      }
      RuleChange change = (RuleChange) update;
      read.add(change.readMillis());
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
        new HistoryReader(store.open(1), 300_000, ForStates.DEFAULTS, Clock.systemUTC());
    RuleGroup up = Objects.requireNonNull(group("a", 1).group());
    SelectedWindow window = Selectors.of(Parser.parse("a_1"), 300_000).get(0);
    assertThat(reader.filledAlready(up, Filled.NOTHING)).isNull();
    assertThat(reader.filledAlready(up, Filled.of(Set.of(window), 0)))
        .isEqualTo(Filled.of(Set.of(window), 0));
    up = RuleGroup.newBuilder(up).setQueryOffsetMillis(1_000).build();
    assertThat(reader.filledAlready(up, Filled.of(Set.of(window), 0))).as("farther back").isNull();
    assertThat(reader.filledAlready(up, Filled.of(Set.of(window), 2_000)))
        .as("is known to be less from now on")
        .isEqualTo(Filled.of(Set.of(window), 1_000));
    SelectedWindow shorter = new SelectedWindow(window.matchers(), 1, 0);
    assertThat(reader.filledAlready(up, Filled.of(Set.of(shorter), 2_000))).isNull();
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
  @DisplayName("is read as soon as else if the publisher's clock is ahead")
  void clockAhead() throws Exception {
    openStore(null);
    store.with("ahead", 1);
    long began = System.currentTimeMillis();
    feed(group("a", began + 3_600_000, "ahead"));
    assertThat(await(2)).last().isEqualTo("t/file/a " + (began + 3_600_000));
    assertThat(missing).isEmpty();
    assertThat(read)
        .singleElement()
        .satisfies(when -> assertThat(when).isGreaterThanOrEqualTo(began));
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

  @Test
  @DisplayName("comes piece by piece, of which one is in memory for each that is read at once")
  void pieces() throws Exception {
    openStore(null);
    int groups = 30;
    int pieces = 6;
    for (int g = 0; g < groups; g++) {
      store.with("g" + g + "_1", pieces);
      harness.processElement(new StreamRecord<>(group("g" + g, 1)));
    }
    // Nothing is read on while what was read last has not gone on.
    Awaitility.await().atMost(PATIENCE).until(() -> store.mostHeld() == ReadHistory.THREADS);
    assertThat(store.asked()).hasSize(ReadHistory.THREADS);
    List<String> lines = await(groups * (pieces + 1));
    for (int g = 0; g < groups; g++) {
      String key = "t/file/g" + g + " ";
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < pieces; i++) {
        expected.add(piece("g" + g, 1, i));
      }
      expected.add(key + "1");
      assertThat(lines.stream().filter(line -> line.startsWith(key)))
          .as("all pieces in their order, and the group behind them")
          .containsExactlyElementsOf(expected);
    }
    assertThat(store.mostHeld()).isEqualTo(ReadHistory.THREADS);
    assertThat(missing).isEmpty();
  }

  @Test
  @DisplayName("that is long holds up none but its like")
  void isLong() throws Exception {
    openStore(null);
    int fitting = (int) (ReadHistory.MOST_SAMPLES_OF_SHORT / TestingHistories.SAMPLES_OF_PIECE);
    int groups = ReadHistory.THREADS + 1;
    for (int g = 0; g < groups; g++) {
      // As many as tell that it is long, and one after it began anew.
      store.with("g" + g + "_1", 3 * fitting, fitting + 2);
      harness.processElement(new StreamRecord<>(group("g" + g, 1)));
    }
    await(groups * fitting + ReadHistory.THREADS_OF_LONG);
    awaitReading(ReadHistory.THREADS_OF_LONG);
    store.with("short_1", 1);
    feed(group("short", 1));
    assertThat(await(2)).containsExactly(piece("short", 1, 0), "t/file/short 1");

    for (int g = 0; g < groups; g++) {
      store.give("g" + g + "_1", 3 * fitting);
    }
    List<String> rest = await(groups * (3 * fitting + 1) - ReadHistory.THREADS_OF_LONG);
    assertThat(rest).filteredOn(line -> line.endsWith(" 1")).hasSize(groups);
    assertThat(missing).isEmpty();
  }

  @Test
  @DisplayName("that is longer than it may be is not there, and the group says so")
  void tooLong() throws Exception {
    openStore(null, "--rules.bootstrap-max-samples", "900000");
    store.with("a_1", 4);
    store.with("b_1", 3);
    feed(group("a", 1), group("b", 1));
    List<String> lines = await(3 + 3 + 3 + 2);
    assertThat(lines).contains("t/file/a 1", "t/file/b 1");
    assertThat(missing)
        .singleElement()
        .asString()
        .contains(
            "more than 900000 samples",
            "--rules.bootstrap-max-samples",
            "--rules.max-series-per-group");
  }

  @Test
  @DisplayName("is read from the beginning when the job has failed between pieces")
  void restoredBetweenPieces() throws Exception {
    openStore(null);
    store.with("a_1", 4, 2);
    harness.processElement(new StreamRecord<>(group("a", 1)));
    assertThat(await(2)).containsExactly(piece("a", 1, 0), piece("a", 1, 1));
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    awaitReading(0);

    store.give("a_1", 5);
    openStore(state);
    assertThat(await(5))
        .containsExactly(
            piece("a", 1, 0), piece("a", 1, 1), piece("a", 1, 2), piece("a", 1, 3), "t/file/a 1");
    state = harness.snapshot(2, 2);
    harness.close();

    openStore(state);
    assertThat(out()).as("it is done").isEmpty();
    assertThat(store.asked()).containsExactly("a_1", "a_1");
  }

  @Test
  @DisplayName("is known to be there after a restart, too")
  void filledBeforeARestart() throws Exception {
    openStore(null);
    store.with("a_1", 1).with("a_2", 1).with("a_4", 1);
    feed(group("a", 1), deletion("b", 1));
    await(3);
    // Of a change that is under way that is not known yet.
    harness.snapshot(1, 1);
    store.with("a_2", 1, 0);
    feed(group("a", 2, "a_1 + a_2"));
    OperatorSubtaskState state = harness.snapshot(2, 2);
    harness.close();

    store.with("a_2", 1);
    openStore(state);
    assertThat(await(2)).containsExactly(piece("a", 2, 0), "t/file/a 2");
    state = harness.snapshot(3, 3);
    harness.close();
    List<String> asked = store.asked();

    openStore(state);
    assertThat(send(group("a", 1))).as("is older").isEmpty();
    assertThat(send(group("a", 3, "a_2 - a_1"))).containsExactly("t/file/a 3");
    assertThat(read).last().isEqualTo(RuleChange.READ_BEFORE);
    assertThat(store.asked()).isEqualTo(asked);
    feed(group("a", 4, "a_2 - a_4"));
    assertThat(await(2)).containsExactly(piece("a", 4, 0), "t/file/a 4");
  }

  private static RuleChange alerts(long version, String... names) throws Exception {
    StringBuilder rules = new StringBuilder("groups: [{name: a, rules: [");
    for (String name : names) {
      rules.append("{alert: %s, expr: a_1 > %d, for: 1h},".formatted(name, version));
    }
    rules.append("{alert: Short, expr: a_1, for: 1m}]}]");
    return new RuleChange(
        TestingEvaluation.key("t", "a"),
        version,
        RuleGroupRecords.toRecord("t", TestingEvaluation.groups(rules.toString()).get(0), version));
  }

  @Test
  @DisplayName("is also what was recorded of alerts of rules that the last version did not have")
  void alertsOfNewRules() throws Exception {
    openStore(null);
    store.with("a_1", 1).with("ALERTS_FOR_STATE", 0);
    feed(alerts(1, "One"));
    assertThat(await(2)).containsExactly(piece("a", 1, 0), "t/file/a 1");
    assertThat(store.asked()).containsExactly("a_1", "ALERTS_FOR_STATE");
    assertThat(send(alerts(2, "One"))).as("has no other").containsExactly("t/file/a 2");
    feed(alerts(3, "One", "Two"));
    assertThat(await(1)).containsExactly("t/file/a 3");
    assertThat(store.asked())
        .as("the windows are filled, and one rule's alerts known")
        .containsExactly("a_1", "ALERTS_FOR_STATE", "ALERTS_FOR_STATE");
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();

    openStore(state);
    assertThat(send(alerts(4, "Two"))).containsExactly("t/file/a 4");
    feed(alerts(5, "Two", "One"));
    assertThat(await(1)).as("came back").containsExactly("t/file/a 5");
    assertThat(store.asked()).hasSize(4);
  }

  @Test
  @DisplayName("goes no further when a newer version overtakes it")
  void overtaken() throws Exception {
    openStore(null);
    store.with("a_1", 4, 2);
    store.with("a_2", 2);
    feed(group("a", 1));
    await(2);
    feed(group("a", 2));
    store.give("a_1", 9);
    List<String> lines = await(3);
    lines.addAll(awaitEnd());
    assertThat(lines).containsExactly(piece("a", 2, 0), piece("a", 2, 1), "t/file/a 2");
    assertThat(store.interrupted()).isEqualTo(1);
  }

  @Test
  @DisplayName("goes no further when its group is deleted, which goes at once")
  void deletedMeanwhile() throws Exception {
    openStore(null);
    store.with("a_1", 4, 2);
    feed(group("a", 1));
    await(2);
    // Another piece waits for the task when the deletion comes.
    store.give("a_1", 1);
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInSameThread()
        .until(() -> harness.getTaskMailbox().hasMail());
    assertThat(send(deletion("a", 2))).containsExactly("t/file/a 2 deleted");
    store.give("a_1", 9);
    assertThat(awaitEnd()).isEmpty();
    harness.setProcessingTime(TIMEOUT_MILLIS);
    assertThat(out()).isEmpty();
    assertThat(missing).isEmpty();
  }

  @Test
  @DisplayName("is waited for as long as pieces come, and no longer than ten times as long")
  void slow() throws Exception {
    openStore(null);
    store.with("hangs_1", 100, 1);
    store.with("slow_1", 100, 0);
    feed(group("hangs", 1), group("slow", 1));
    await(1);
    int fitting = (int) (ReadHistory.MOST_SAMPLES_OF_SHORT / TestingHistories.SAMPLES_OF_PIECE);
    long clock = 0;
    for (int i = 0; i < HistoryAttempt.MOST_TIMEOUTS; i++) {
      clock += TIMEOUT_MILLIS - 1;
      harness.setProcessingTime(clock);
      assertThat(out()).isEmpty();
      // Where it turns out to be long it begins anew.
      store.give("slow_1", i == fitting ? 2 : 1);
      assertThat(await(1)).containsExactly(piece("slow", 1, i % fitting));
      if (i == 0) {
        harness.setProcessingTime(TIMEOUT_MILLIS);
        assertThat(out()).containsExactly("t/file/hangs 1");
        assertThat(missing)
            .containsExactly("ClickHouse did not give it within PT1M (--rules.bootstrap-timeout)");
      }
    }
    harness.setProcessingTime(HistoryAttempt.MOST_TIMEOUTS * TIMEOUT_MILLIS - 1);
    assertThat(out()).isEmpty();
    harness.setProcessingTime(HistoryAttempt.MOST_TIMEOUTS * TIMEOUT_MILLIS);
    assertThat(out()).containsExactly("t/file/slow 1");
    assertThat(missing)
        .last()
        .isEqualTo("ClickHouse did not give all of it within PT10M (--rules.bootstrap-timeout)");
    awaitReading(0);
  }

  @Test
  @DisplayName("is waited for while those before it get theirs")
  void turns() throws Exception {
    openStore(null);
    List<String> busy = List.of("a", "b", "c", "d");
    assertThat(busy).hasSize(ReadHistory.THREADS);
    for (String name : busy) {
      store.with(name + "_1", 2, 0);
      feed(group(name, 1));
    }
    store.with("e_1", 1, 0);
    feed(group("e", 1));
    harness.setProcessingTime(TIMEOUT_MILLIS - 1);
    busy.forEach(name -> store.give(name + "_1", 1));
    await(4);
    harness.setProcessingTime(2 * TIMEOUT_MILLIS - 2);
    assertThat(out()).as("it has got nothing so far, but they have").isEmpty();
    store.give("a_1", 2);
    assertThat(await(2)).containsExactly(piece("a", 1, 1), "t/file/a 1");
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInSameThread()
        .until(() -> out().isEmpty() && store.asked().contains("e_1"));
    out();
    harness.setProcessingTime(2 * TIMEOUT_MILLIS - 1);
    assertThat(out()).containsExactlyInAnyOrder("t/file/b 1", "t/file/c 1", "t/file/d 1");
    store.give("e_1", 2);
    assertThat(await(2)).containsExactly(piece("e", 1, 0), "t/file/e 1");
    assertThat(missing).hasSize(3);
  }

  @Test
  @DisplayName("is read again of what a version that began without did not look at")
  void lookedAtAgain() throws Exception {
    openStore(null);
    store.with("a_1", 1).with("a_2", 1).with("a_3", 1, 0);
    feed(group("a", 1, "a_1 + a_2"));
    await(3);
    feed(group("a", 2, "a_2 + a_3"));
    awaitReading(1);
    harness.setProcessingTime(TIMEOUT_MILLIS);
    assertThat(out()).containsExactly("t/file/a 2");
    awaitReading(0);
    feed(group("a", 3, "a_1 + a_2"));
    assertThat(await(2)).containsExactly(piece("a", 1, 0), "t/file/a 3");
  }

  @Test
  @DisplayName("is read again when ClickHouse was away in between")
  void awayBetweenPieces() throws Exception {
    openStore(null);
    store.with("a_1", 2, 1);
    feed(group("a", 1));
    assertThat(await(1)).containsExactly(piece("a", 1, 0));
    store.isAway(true);
    store.give("a_1", 1);
    awaitReading(0);
    store.isAway(false);
    store.give("a_1", 9);
    assertThat(await(3)).containsExactly(piece("a", 1, 0), piece("a", 1, 1), "t/file/a 1");
    assertThat(missing).isEmpty();
  }

  @Test
  @DisplayName("is not waited for because its first piece comes again and again")
  void awayBehindTheSamePiece() throws Exception {
    openStore(null);
    store.with("a_1", 3, 1);
    feed(group("a", 1));
    assertThat(await(1)).containsExactly(piece("a", 1, 0));
    harness.setProcessingTime(TIMEOUT_MILLIS - 1);
    store.isAway(true);
    store.give("a_1", 1);
    awaitReading(0);
    store.isAway(false);
    store.give("a_1", 1);
    assertThat(await(1)).containsExactly(piece("a", 1, 0));
    harness.setProcessingTime(TIMEOUT_MILLIS);
    assertThat(out()).containsExactly("t/file/a 1");
    assertThat(missing).singleElement().asString().startsWith("ClickHouse did not give it");
  }

  @Test
  @DisplayName("is waited for at the end of the stream, which then ends with all of it")
  void atTheEnd() throws Exception {
    openStore(null);
    store.with("a_1", 2);
    harness.processElement(new StreamRecord<>(group("a", 1)));
    harness.processWatermark(Watermark.MAX_WATERMARK);
    assertThat(harness.getOutput()).last().isEqualTo(Watermark.MAX_WATERMARK);
    harness.getOutput().remove(Watermark.MAX_WATERMARK);
    assertThat(out()).containsExactly(piece("a", 1, 0), piece("a", 1, 1), "t/file/a 1");
  }

  /** Is what waited in a release that read histories as a whole, in Flink's own operator. */
  private static final class Waits implements AsyncFunction<RuleChange, GroupUpdate> {
    private static final long serialVersionUID = 1;

    @Override
    public void asyncInvoke(RuleChange change, ResultFuture<GroupUpdate> result) {}
  }

  @Test
  @DisplayName("is read of changes that a savepoint has of a release that read all at once")
  void ofReleasesBefore() throws Exception {
    OneInputStreamOperatorTestHarness<RuleChange, GroupUpdate> before =
        new OneInputStreamOperatorTestHarness<>(
            new AsyncWaitOperatorFactory<>(new Waits(), TIMEOUT_MILLIS, 100, OutputMode.UNORDERED),
            AlertingTypes.RULE_CHANGES.createSerializer(new SerializerConfigImpl()));
    before.setup(AlertingTypes.GROUP_UPDATES.createSerializer(new SerializerConfigImpl()));
    before.open();
    before.processElement(new StreamRecord<>(group("a", 1), 5));
    before.processElement(new StreamRecord<>(group("b", 7)));
    before.processWatermark(new Watermark(3));
    before.processElement(new StreamRecord<>(group("a", 2), 6));
    OperatorSubtaskState state = before.snapshot(1, 1);
    before.close();

    store.with("a_2", 1);
    openStore(state);
    assertThat(await(3)).containsExactlyInAnyOrder(piece("a", 2, 0), "t/file/a 2", "t/file/b 7");
  }
}
