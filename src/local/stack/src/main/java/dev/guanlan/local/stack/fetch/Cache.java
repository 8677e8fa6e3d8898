package dev.guanlan.local.stack.fetch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Keeps fetched things in one folder that all commands and tests of a user share.
 *
 * <p>An entry is a file or folder that is either whole or absent: it is made beside its place and
 * renamed. First uses at the same time, in one process or in several, wait for each other; the
 * second finds what the first made.
 */
public final class Cache {

  /** In this process a second lock on the same file is an error rather than a wait. */
  private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private final Path folder;

  /** Creates a cache in {@code folder}, which need not exist yet. */
  public Cache(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /** Returns the user's cache: {@code GUANLAN_CACHE}, or {@code ~/.cache/guanlan}. */
  public static Cache ofUser() {
    String configured = System.getenv("GUANLAN_CACHE");
    if (configured != null && !configured.isBlank()) {
      return new Cache(Path.of(configured));
    }
    return new Cache(Path.of(System.getProperty("user.home"), ".cache", "guanlan"));
  }

  /** Returns the folder that this cache lies in. */
  public Path folder() {
    return folder;
  }

  /** Makes an entry at the path that it is given, which does not exist yet. */
  @FunctionalInterface
  public interface Maker {

    /** Makes the file or folder {@code target}; {@code scratch} is an empty folder for the way. */
    void make(Path target, Path scratch) throws IOException, InterruptedException;
  }

  /** Decides whether an entry that exists may still be used. */
  @FunctionalInterface
  public interface Check {

    /** Returns false when {@code entry} has to be made again. */
    boolean usable(Path entry) throws IOException;
  }

  /** Returns the entry {@code name} (a relative path), made first if it is absent. */
  public Path get(String name, Maker maker) throws IOException {
    return get(name, entry -> true, maker);
  }

  /** Returns the entry {@code name}, made first if it is absent or no longer {@code usable}. */
  public Path get(String name, Check check, Maker maker) throws IOException {
    Path entry = folder.resolve(name);
    if (Files.exists(entry) && check.usable(entry)) {
      return entry;
    }
    Files.createDirectories(entry.getParent());
    Path lockFile = entry.resolveSibling("." + entry.getFileName() + ".lock");
    ReentrantLock inProcess = LOCKS.computeIfAbsent(lockFile, path -> new ReentrantLock());
    inProcess.lock();
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new FetchException("The lock on " + lockFile + " was lost; run the command again.");
      }
      if (Files.exists(entry) && check.usable(entry)) {
        return entry;
      }
      make(entry, maker);
      return entry;
    } finally {
      inProcess.unlock();
    }
  }

  private static void make(Path entry, Maker maker) throws IOException {
    Path work = Files.createTempDirectory(entry.getParent(), "." + entry.getFileName() + ".");
    try {
      Path scratch = Files.createDirectory(work.resolve("scratch"));
      Path made = work.resolve("made");
      maker.make(made, scratch);
      delete(entry);
      Files.move(made, entry, StandardCopyOption.ATOMIC_MOVE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchException(
          "Fetching " + entry.getFileName() + " was interrupted; run the command again.", e);
    } finally {
      delete(work);
    }
  }

  /** Deletes a file or a folder with all that it holds; nothing happens when it is absent. */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(path)) {
      for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
