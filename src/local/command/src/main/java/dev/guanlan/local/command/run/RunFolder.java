package dev.guanlan.local.command.run;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Holds the files by which a supervisor and the commands that ask about it understand each other:
 * who runs, how its parts are, and what happened.
 *
 * <p>A lock that the operating system takes back when the process ends, however it ends, keeps two
 * supervisors apart; the files themselves may be left over from one that was killed, so readers
 * look whether the process of the record still lives.
 */
public final class RunFolder {

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Path folder;

  /** Describes the folder for a data folder; makes nothing. */
  public RunFolder(Path data) {
    folder = data.resolve("run");
  }

  /** Returns the log of what happened to the stack. */
  public EventLog events() {
    return new EventLog(folder.resolve("events.jsonl"));
  }

  /**
   * Takes the folder for this process until it ends or the claim is closed.
   *
   * @throws ClaimedException if another process has it
   */
  public Claim claim(RunRecord record) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new ClaimedException(claimedMessage(), e);
    }
    if (lock == null) {
      channel.close();
      throw new ClaimedException(claimedMessage(), null);
    }
    Files.deleteIfExists(folder.resolve("status.json"));
    events().clear();
    write("run.json", record);
    return new Claim(channel);
  }

  /** Returns who runs here now, if anybody does. */
  public Optional<RunRecord> running() throws IOException {
    return last().filter(record -> record.process().isPresent());
  }

  /** Returns who ran here last and did not say that it ended: it runs, or was killed. */
  public Optional<RunRecord> last() throws IOException {
    return read("run.json", RunRecord.class);
  }

  /** Returns how the parts were when the supervisor last looked. */
  public Optional<Snapshot> snapshot() throws IOException {
    return read("status.json", Snapshot.class);
  }

  /** Publishes how the parts are. */
  public void publish(Snapshot snapshot) throws IOException {
    write("status.json", snapshot);
  }

  private String claimedMessage() throws IOException {
    String who =
        running()
            .map(record -> "guanlan " + record.command() + ", process " + record.pid())
            .orElse("another process");
    return "A stack already runs in %s (%s). Use it, or stop it with: ./guanlan down"
        .formatted(folder.getParent(), who);
  }

  private <T> Optional<T> read(String name, Class<T> type) throws IOException {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(folder.resolve(name)), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Replaces a file at once, so that no reader sees half of it. */
  private void write(String name, Object value) throws IOException {
    Path next = folder.resolve(name + ".next");
    Files.write(next, JSON.writeValueAsBytes(value));
    Files.move(
        next,
        folder.resolve(name),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  /** Holds the folder for this process. */
  public final class Claim implements AutoCloseable {

    private final FileChannel channel;

    private Claim(FileChannel channel) {
      this.channel = channel;
    }

    /** Gives the folder back and says that nothing runs here any more. */
    @Override
    public void close() throws IOException {
      try {
        Files.deleteIfExists(folder.resolve("run.json"));
        Files.deleteIfExists(folder.resolve("status.json"));
      } finally {
        channel.close();
      }
    }
  }
}
