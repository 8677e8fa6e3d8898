package dev.guanlan.local.command.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.local.stack.StackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  private static final StackPorts PORTS = StackPorts.usual();

  @TempDir private Path data;

  @Test
  void nothing_runs_in_an_empty_folder() throws IOException {
    assertThat(new RunFolder(data).running()).isEmpty();
    assertThat(new RunFolder(data).snapshot()).isEmpty();
    assertThat(new RunFolder(data).events().read()).isEmpty();
  }

  @Test
  void whoever_claims_it_is_found_until_the_claim_is_given_back() throws IOException {
    RunFolder folder = new RunFolder(data);
    RunRecord record = RunRecord.ofThisProcess("up", 17, PORTS);
    try (RunFolder.Claim claim = folder.claim(record)) {
      assertThat(claim).isNotNull();
      assertThat(folder.running()).contains(record);
      assertThat(folder.running().orElseThrow().ports()).isEqualTo(PORTS);
      assertThat(folder.running().orElseThrow().process()).isPresent();
    }
    assertThat(folder.running()).isEmpty();
  }

  @Test
  void a_second_claim_is_refused_and_says_who_has_it() throws IOException {
    RunFolder folder = new RunFolder(data);
    RunRecord record = RunRecord.ofThisProcess("demo", 17, PORTS);
    try (RunFolder.Claim claim = folder.claim(record)) {
      assertThat(claim).isNotNull();
      assertThatThrownBy(() -> folder.claim(record))
          .isInstanceOf(ClaimedException.class)
          .hasMessageContaining("guanlan demo, process " + ProcessHandle.current().pid())
          .hasMessageContaining("./guanlan down");
    }
    folder.claim(record).close();
  }

  @Test
  void a_record_of_a_process_that_was_killed_is_not_taken_for_a_later_one_of_its_number()
      throws IOException {
    RunRecord self = RunRecord.ofThisProcess("up", 17, PORTS);
    RunRecord other =
        new RunRecord(self.pid(), self.processStartMillis() - 60_000, "up", 17, PORTS);
    assertThat(self.process()).isPresent();
    assertThat(other.process()).isEmpty();
  }

  @Test
  void a_killed_supervisors_files_do_not_hinder_the_next() throws IOException {
    RunFolder folder = new RunFolder(data);
    Files.createDirectories(data.resolve("run"));
    Files.writeString(
        data.resolve("run").resolve("run.json"),
        """
        {"pid": 999999999, "processStartMillis": 1, "command": "up", "sinceMillis": 1,
         "somethingNew": true,
         "ports": {"kafka": 9092}}
        """);
    assertThat(folder.last()).isPresent();
    assertThat(folder.running()).isEmpty();
    folder.claim(RunRecord.ofThisProcess("up", 17, PORTS)).close();
  }

  @Test
  void the_newest_snapshot_is_read_back() throws IOException {
    RunFolder folder = new RunFolder(data);
    try (RunFolder.Claim claim = folder.claim(RunRecord.ofThisProcess("up", 17, PORTS))) {
      assertThat(claim).isNotNull();
      Snapshot snapshot =
          new Snapshot(
              42,
              List.of(
                  new PartStatus(
                      "kafka",
                      "4.2.2",
                      "UP",
                      "",
                      List.of(new PartStatus.Address("clients", "127.0.0.1:9092")))));
      folder.publish(new Snapshot(41, List.of()));
      folder.publish(snapshot);
      assertThat(folder.snapshot()).contains(snapshot);
    }
  }

  @Test
  void events_are_read_once_each_and_a_half_written_line_waits() throws IOException {
    RunFolder folder = new RunFolder(data);
    try (RunFolder.Claim claim = folder.claim(RunRecord.ofThisProcess("up", 17, PORTS))) {
      assertThat(claim).isNotNull();
      EventLog writer = folder.events();
      EventLog reader = folder.events();
      Event first = Event.of(1, Event.Kind.NOTICE, 0, "Fetching Kafka — first use");
      Event second = new Event(2, Event.Kind.STARTED, "kafka", "4.2.2", "127.0.0.1:9092", 900, "");
      writer.append(first);
      assertThat(reader.read()).containsExactly(first);
      assertThat(reader.read()).isEmpty();
      Path file = data.resolve("run").resolve("events.jsonl");
      String line = new ObjectMapper().writeValueAsString(second) + "\n";
      Files.writeString(file, line.substring(0, 20), StandardOpenOption.APPEND);
      assertThat(reader.read()).isEmpty();
      Files.writeString(file, line.substring(20), StandardOpenOption.APPEND);
      assertThat(reader.read()).containsExactly(second);
    }
  }

  @Test
  void a_reader_follows_when_another_run_begins_the_log_anew() throws IOException {
    RunFolder folder = new RunFolder(data);
    EventLog reader = folder.events();
    RunRecord record = RunRecord.ofThisProcess("up", 17, PORTS);
    try (RunFolder.Claim claim = folder.claim(record)) {
      assertThat(claim).isNotNull();
      folder.events().append(Event.of(1, Event.Kind.NOTICE, 0, "a long sentence of the old run"));
      assertThat(reader.read()).hasSize(1);
    }
    try (RunFolder.Claim claim = folder.claim(record)) {
      assertThat(claim).isNotNull();
      Event next = Event.of(2, Event.Kind.READY, 5, "");
      folder.events().append(next);
      assertThat(reader.read()).containsExactly(next);
    }
  }
}
