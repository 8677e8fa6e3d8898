package dev.guanlan.local.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.guanlan.local.command.look.ConsumerLag;
import dev.guanlan.local.command.look.GraphSize;
import dev.guanlan.local.command.look.JobLook;
import dev.guanlan.local.command.look.LookException;
import dev.guanlan.local.command.look.StoredRows;
import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.command.run.RunRecord;
import dev.guanlan.local.command.run.Snapshot;
import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.store.Migrations;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how the platform is. */
@Command(
    name = "status",
    sortOptions = false,
    description = {
      "Show how the platform is: parts, jobs, checkpoints, consumer lag, rows, graph.",
      "Ends with 0 when all is well, 1 when something is not or nothing runs."
    })
final class StatusCommand implements Callable<Integer> {

  private static final String HOST = "127.0.0.1:";
  private static final String GROUPS = "guanlan-";

  private final Terminal terminal;
  private final Clock clock;

  @Option(names = "--json", description = "Write everything as JSON, for programs.")
  private boolean json;

  @Mixin private PlaceOptions options = new PlaceOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  StatusCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Place place = options.place();
    Optional<RunRecord> running = place.run().running();
    if (running.isEmpty()) {
      notRunning(place);
      return 1;
    }
    PlatformStatus status = gather(running.get(), place.run().snapshot());
    if (json) {
      terminal.line(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(status));
    } else {
      terminal.lines(new StatusReport(terminal.style(), clock).lines(status));
    }
    return status.problems().isEmpty() ? 0 : 1;
  }

  private void notRunning(Place place) throws IOException {
    if (json) {
      terminal.line("{\"running\" : false}");
      return;
    }
    Optional<RunRecord> killed = place.run().last();
    terminal.line(
        "Guanlan does not run in %s%s."
            .formatted(
                place.data(),
                killed
                    .map(record -> "; process " + record.pid() + " ended without cleaning up")
                    .orElse("")));
    terminal.line("Start it with: ./guanlan up.  See it work with: ./guanlan demo.");
  }

  private PlatformStatus gather(RunRecord run, Optional<Snapshot> snapshot)
      throws InterruptedException {
    StackPorts ports = run.ports();
    Map<String, String> troubles = new LinkedHashMap<>();
    List<JobLook.JobStatus> jobs =
        ask(
            troubles,
            "flink",
            List.of(),
            () -> new JobLook("http://" + HOST + ports.flink()).jobs());
    NavigableMap<String, NavigableMap<String, Long>> lag =
        ask(troubles, "kafka", new TreeMap<>(), () -> lag(ports));
    NavigableMap<String, StoredRows.Stored> tables =
        ask(
            troubles,
            "clickhouse",
            new TreeMap<>(),
            () ->
                new StoredRows(
                        "http://" + HOST + ports.clickhouseHttp(), Migrations.DEFAULT_DATABASE)
                    .count());
    GraphSize.Size graph = ask(troubles, "neo4j", GraphSize.Size.NOTHING, () -> graph(ports));
    return new PlatformStatus(
        run,
        snapshot.map(seen -> clock.millis() - seen.atMillis()).orElse(0L),
        snapshot.map(Snapshot::parts).orElse(List.of()),
        jobs,
        lag,
        tables,
        graph,
        troubles);
  }

  private static NavigableMap<String, NavigableMap<String, Long>> lag(StackPorts ports)
      throws LookException, InterruptedException {
    try (ConsumerLag lag = new ConsumerLag(HOST + ports.kafka(), GROUPS)) {
      return lag.records();
    } catch (KafkaException e) {
      throw new LookException("Kafka does not answer: " + e.getMessage(), e);
    }
  }

  private static GraphSize.Size graph(StackPorts ports) throws LookException {
    try (GraphSize graph = new GraphSize("bolt://" + HOST + ports.neo4jBolt())) {
      return graph.count();
    }
  }

  /** Asks a part something. */
  private interface Question<T> {
    T ask() throws LookException, InterruptedException;
  }

  private static <T> T ask(
      Map<String, String> troubles, String part, T otherwise, Question<T> question)
      throws InterruptedException {
    try {
      return question.ask();
    } catch (LookException e) {
      troubles.put(part, String.valueOf(e.getMessage()));
      return otherwise;
    }
  }
}
