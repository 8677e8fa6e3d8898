package dev.guanlan.local.command;

import dev.guanlan.local.command.letters.Replay;
import dev.guanlan.local.command.letters.ReplayRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Puts a record that could not be processed back on its topic. */
@Command(
    name = "replay",
    sortOptions = false,
    description = {
      "Put a record back on its topic, as it was or repaired, for the jobs that failed on it.",
      "It is done once: a second time is refused. Ends with 1 if it is."
    })
final class DeadLettersReplayCommand implements Callable<Integer> {

  @ParentCommand private DeadLettersCommand parent;

  @Parameters(paramLabel = "RECORD", description = "The record, as the list names it.")
  private String id = "";

  @Option(
      names = "--payload",
      paramLabel = "FILE",
      description = "Put these bytes in the place of the record's own.")
  private @Nullable Path payload;

  @Option(
      names = "--again",
      description = "Do it though it was done; what jobs store of it is then there twice.")
  private boolean again;

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  DeadLettersReplayCommand() {}

  @Override
  public Integer call() throws IOException {
    byte[] repaired = payload == null ? null : bytes(payload);
    String broker = kafka.bootstrapServers();
    try {
      SortedSet<String> jobs = new Replay(broker, parent.clock()).replay(id, repaired, again);
      parent.terminal().line("Replayed %s for %s.".formatted(id, String.join(", ", jobs)));
      return 0;
    } catch (ReplayRefusedException | IOException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Problem(file + " cannot be read: " + e.getMessage() + "; check the path", e);
    }
  }
}
