package dev.guanlan.connector.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.testing.ClickHouseExtension;
import dev.guanlan.testing.TestingProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Feeds numbers into a table with a materialized view behind it, through a network that fails, and
 * looks whether both add up.
 */
@DisplayName("A ClickHouse sink, in a Flink job with a real ClickHouse,")
@Timeout(600)
final class ClickHouseSinkITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final long ROWS = TestingFlow.ROWS;
  private static final Duration LONGEST = TestingFlow.LONGEST;
  private static final String ALL = ROWS + "\t" + ROWS * (ROWS - 1) / 2 + "\t" + ROWS;

  private String database;
  private TestingProxy network;
  private TestingFlow flow;

  @TempDir private Path folder;

  @BeforeEach
  void table(TestInfo test) {
    database = "sink_" + test.getTestMethod().orElseThrow().getName();
    CLICKHOUSE.query("CREATE DATABASE " + database);
    query(
        "CREATE TABLE {t} (n Int64, CONSTRAINT small CHECK n < 1000000)"
            + " ENGINE = MergeTree PARTITION BY intDiv(n, 30000) ORDER BY n"
            + " SETTINGS non_replicated_deduplication_window = 1000");
    query(
        "CREATE TABLE {sums} (part UInt8, numbers UInt64, sum Int64)"
            + " ENGINE = SummingMergeTree ORDER BY part"
            + " SETTINGS non_replicated_deduplication_window = 1000");
    query(
        "CREATE MATERIALIZED VIEW {view} TO {sums} AS"
            + " SELECT n % 7 AS part, count() AS numbers, sum(n) AS sum FROM {t} GROUP BY part");
    network = new TestingProxy(CLICKHOUSE.url());
    flow = new TestingFlow(network.url(), database, folder);
    TestingFlow.reset();
  }

  @AfterEach
  void network() {
    network.close();
  }

  private String query(String sql) {
    return CLICKHOUSE.query(sql.replaceAll("\\{(\\w+)}", database + ".$1"));
  }

  /** Every number is there once, and the view has added each up once. */
  private void assertExact() {
    assertThat(query("SELECT count(), sum(n), uniqExact(n) FROM {t}")).isEqualTo(ALL);
    assertThat(query("SELECT sum(numbers), sum(sum), " + ROWS + " FROM {sums}")).isEqualTo(ALL);
  }

  private void awaitSomeRows() {
    Awaitility.await()
        .atMost(LONGEST)
        .until(() -> Long.parseLong(query("SELECT count() FROM {t}")) > 0);
  }

  @Nested
  @DisplayName("stores every row exactly once")
  final class ExactlyOnce {

    @Test
    @DisplayName("when nothing happens, in rows")
    void stores() throws Exception {
      flow.env(0).execute();
      assertExact();
    }

    @Test
    @DisplayName("when nothing happens, in columns")
    void storesColumns() throws Exception {
      flow.encoder(new TestingFlow.Columns()).env(0).execute();
      assertExact();
    }

    @Test
    @DisplayName("when answers are lost on the way")
    void lostAnswers() throws Exception {
      for (int i = 0; i < 10; i++) {
        network.loseAnswer(() -> {});
      }
      flow.env(50).execute();
      assertExact();
      assertThat(network.lost()).isEqualTo(10);
      assertThat(TestingFlow.STARTS).as("it was mended by trying again").hasSize(1);
    }

    @Test
    @DisplayName("when ClickHouse is killed between an insert and its answer, and comes back")
    void killedBeforeTheAnswer() throws Exception {
      TestingFlow.dam = new CountDownLatch(1);
      CountDownLatch killed = new CountDownLatch(1);
      JobClient job = flow.env(50).executeAsync();
      awaitSomeRows();
      network.loseAnswer(
          () -> {
            CLICKHOUSE.kill();
            killed.countDown();
          });
      TestingFlow.dam.countDown();
      killed.await();
      CLICKHOUSE.start();
      job.getJobExecutionResult().get();
      assertExact();
      assertThat(TestingFlow.STARTS).as("it was mended by trying again").hasSize(1);
    }

    @Test
    @DisplayName("when the network is cut for a while")
    void cut() throws Exception {
      TestingFlow.dam = new CountDownLatch(1);
      JobClient job = flow.env(50).executeAsync();
      awaitSomeRows();
      network.cut();
      TestingFlow.dam.countDown();
      Thread.sleep(1_500);
      network.mend();
      job.getJobExecutionResult().get();
      assertExact();
      assertThat(TestingFlow.STARTS).hasSize(1);
    }

    @Test
    @DisplayName("when the network is cut for longer than a commit may take")
    void cutForLong() throws Exception {
      TestingFlow.dam = new CountDownLatch(1);
      TestingFlow.FAILURES.set(1_000);
      JobClient job = flow.retryFor(Duration.ofMillis(300)).env(50).executeAsync();
      awaitSomeRows();
      network.cut();
      Awaitility.await().atMost(LONGEST).until(() -> !isRunning(job));
      network.mend();
      TestingFlow.FAILURES.set(0);
      TestingFlow.dam.countDown();
      job.getJobExecutionResult().get();
      assertExact();
    }

    @Test
    @DisplayName("when the job fails and goes back to its checkpoint")
    void restore() throws Exception {
      TestingFlow.FAILURES.set(1);
      flow.env(20).execute();
      assertThat(TestingFlow.STARTS).as("the job was restored once").hasSize(2);
      assertExact();
    }

    @Test
    @DisplayName("when checkpoints fail for a while, holding no more than it may until they do not")
    void failingCheckpoints() throws Exception {
      long limit = 4_000;
      FailingSerializer.FAILS.set(true);
      JobClient job = flow.parallelism(2).heldBytes(limit).env(0).executeAsync();
      Awaitility.await().atMost(LONGEST).until(() -> HeldBytes.OF_PROCESS.bytes() > limit);
      int failed = FailingSerializer.FAILED.get();
      Awaitility.await().atMost(LONGEST).until(() -> FailingSerializer.FAILED.get() > failed + 5);
      assertThat(HeldBytes.OF_PROCESS.bytes())
          .as("some rows more than it may, of %d", TestingFlow.ROWS)
          .isLessThan(2 * limit);
      FailingSerializer.FAILS.set(false);
      job.getJobExecutionResult().get();
      assertExact();
      assertThat(HeldBytes.OF_PROCESS.bytes()).as("nothing stays counted").isZero();
    }

    @Test
    @DisplayName("when merges lag behind")
    void tooManyParts() throws Exception {
      query(
          "ALTER TABLE {t} MODIFY SETTING parts_to_throw_insert = 5, parts_to_delay_insert = 5,"
              + " max_delay_to_insert = 1");
      query("SYSTEM STOP MERGES {t}");
      TestingFlow.dam = new CountDownLatch(1);
      JobClient job = flow.env(50).executeAsync();
      Awaitility.await()
          .atMost(LONGEST)
          .until(
              () ->
                  Integer.parseInt(
                          query(
                              "SELECT count() FROM system.parts WHERE active AND table = 't' AND"
                                  + " database = '"
                                  + database
                                  + "'"))
                      >= 5);
      TestingFlow.dam.countDown();
      Thread.sleep(1_000);
      query("SYSTEM START MERGES {t}");
      query("OPTIMIZE TABLE {t} FINAL");
      // From here on as it was: small parts in a hurry would lag again and again.
      query(
          "ALTER TABLE {t} MODIFY SETTING parts_to_throw_insert = 3000,"
              + " parts_to_delay_insert = 1000");
      job.getJobExecutionResult().get();
      assertExact();
      assertThat(TestingFlow.STARTS).hasSize(1);
    }

    @Test
    @DisplayName("when it is stopped in mid-flight, and goes on with 4 tasks, and then with 2")
    void rescaled() throws Exception {
      TestingFlow.dam = new CountDownLatch(1);
      JobClient first = flow.env(50).executeAsync();
      awaitSomeRows();
      // The blocks of the newest checkpoint cannot be stored: they are in it and nowhere else.
      network.cut();
      Awaitility.await().atMost(LONGEST).until(() -> network.refused() > 0);
      CompletableFuture<JobExecutionResult> end = first.getJobExecutionResult();
      first.cancel().get();
      // Until it has ended, the folder of a checkpoint that was under way may vanish.
      assertThatThrownBy(end::get).isNotNull();
      network.mend();
      String checkpoint = newestCheckpoint();
      // Of four readers some have no numbers and end. A savepoint that finds one ending fails, and
      // where others have stopped for it by then, the job starts again before it can be tried anew.
      TestingFlow.FAILURES.set(1_000);
      JobClient second = flow.parallelism(4).from(checkpoint).env(50).executeAsync();
      awaitMoreRows();
      String savepoint =
          Awaitility.await()
              .atMost(LONGEST)
              .ignoreExceptionsInstanceOf(ExecutionException.class)
              .until(() -> stopWithSavepoint(second), Objects::nonNull);
      TestingFlow.dam.countDown();
      flow.parallelism(2).from(savepoint).env(0).execute();
      assertExact();
    }

    private String stopWithSavepoint(JobClient job) throws Exception {
      return job.stopWithSavepoint(false, folder.toString(), SavepointFormatType.CANONICAL).get();
    }

    private void awaitMoreRows() {
      String before = query("SELECT count() FROM {t}");
      Awaitility.await()
          .atMost(LONGEST)
          .until(() -> !query("SELECT count() FROM {t}").equals(before));
    }

    private String newestCheckpoint() throws Exception {
      try (Stream<Path> files = Files.walk(folder)) {
        return files
            .filter(file -> file.getFileName().toString().equals("_metadata"))
            .map(Path::getParent)
            .max(
                Comparator.comparingInt(
                    chk -> Integer.parseInt(chk.getFileName().toString().substring(4))))
            .map(Path::toString)
            .orElse("");
      }
    }

    private static boolean isRunning(JobClient job) throws Exception {
      try {
        return job.getJobStatus().get() == JobStatus.RUNNING;
      } catch (ExecutionException e) {
        return false;
      }
    }
  }

  @Nested
  @DisplayName("puts refused rows aside and goes on")
  final class Poison {

    @Test
    @DisplayName("exactly once, though answers are lost while they are looked for")
    void poison() throws Exception {
      for (int i = 0; i < 5; i++) {
        network.loseAnswer(() -> {});
      }
      flow.numbers(999_000, 1_000_002).env(0).execute();
      assertThat(query("SELECT count(), max(n) FROM {t}")).isEqualTo("1000\t999999");
      assertThat(query("SELECT sum(numbers) FROM {sums}")).isEqualTo("1000");
      assertThat(TestingFlow.REFUSED).containsExactlyInAnyOrder(1_000_000L, 1_000_001L, 1_000_002L);
      assertThat(TestingFlow.STARTS).hasSize(1);
    }

    @Test
    @DisplayName("in columns")
    void poisonInColumns() throws Exception {
      flow.encoder(new TestingFlow.Columns()).numbers(999_000, 1_000_002).env(0).execute();
      assertThat(query("SELECT count(), max(n) FROM {t}")).isEqualTo("1000\t999999");
      assertThat(TestingFlow.REFUSED).containsExactlyInAnyOrder(1_000_000L, 1_000_001L, 1_000_002L);
    }

    @Test
    @DisplayName("at least once")
    void poisonAtLeastOnce() throws Exception {
      flow.guarantee(DeliveryGuarantee.AT_LEAST_ONCE).numbers(999_000, 1_000_002).env(0).execute();
      assertThat(query("SELECT count(), max(n) FROM {t}")).isEqualTo("1000\t999999");
      assertThat(TestingFlow.REFUSED).containsExactlyInAnyOrder(1_000_000L, 1_000_001L, 1_000_002L);
    }
  }

  @Nested
  @DisplayName("stores every row at least once")
  final class AtLeastOnce {

    @BeforeEach
    void guarantee() {
      flow.guarantee(DeliveryGuarantee.AT_LEAST_ONCE);
    }

    @Test
    @DisplayName("without a checkpoint")
    void early() throws Exception {
      TestingFlow.dam = new CountDownLatch(1);
      JobClient job = flow.checkpoints(Duration.ofHours(1)).env(50).executeAsync();
      awaitSomeRows();
      TestingFlow.dam.countDown();
      job.getJobExecutionResult().get();
      assertExact();
    }

    @Test
    @DisplayName("when ClickHouse dies and comes back")
    void outage() throws Exception {
      TestingFlow.dam = new CountDownLatch(1);
      JobClient job = flow.env(50).executeAsync();
      awaitSomeRows();
      CLICKHOUSE.kill();
      TestingFlow.dam.countDown();
      Thread.sleep(1_500);
      CLICKHOUSE.start();
      job.getJobExecutionResult().get();
      assertExact();
      assertThat(TestingFlow.STARTS).as("it was mended by trying again").hasSize(1);
    }

    @Test
    @DisplayName("when the job fails and goes back to its checkpoint")
    void restoreAtLeastOnce() throws Exception {
      TestingFlow.FAILURES.set(1);
      flow.env(20).execute();
      assertThat(TestingFlow.STARTS).hasSize(2);
      assertThat(query("SELECT uniqExact(n), min(n), max(n) FROM {t}"))
          .isEqualTo(ROWS + "\t0\t" + (ROWS - 1));
    }
  }

  @Nested
  @DisplayName("fails with what to do")
  final class Fails {

    @Test
    @DisplayName("when the table is not there")
    void missingTable() {
      query("DROP TABLE {t}");
      assertThatThrownBy(() -> flow.numbers(0, 9).env(0).execute())
          .hasStackTraceContaining("Apply the migrations to this database");
    }

    @Test
    @DisplayName("when the password file is not there")
    void missingPassword() {
      String file = folder.resolve("nothing").toString();
      assertThatThrownBy(() -> flow.password(file).numbers(0, 9).env(0).execute())
          .hasStackTraceContaining("cannot be read from the file")
          .hasStackTraceContaining(file);
    }

    @Test
    @DisplayName("when the password is wrong, and does not tell it")
    void wrongPassword() throws Exception {
      Path file = Files.writeString(folder.resolve("password"), "hunter2\n");
      assertThatThrownBy(() -> flow.password(file.toString()).numbers(0, 9).env(0).execute())
          .hasStackTraceContaining("Check the user and the password file")
          .satisfies(
              e -> {
                for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
                  assertThat(String.valueOf(cause.getMessage())).doesNotContain("hunter2");
                }
              });
    }
  }
}
