package dev.guanlan.gateway.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what one or more files say, and reads them again when their content changes. What cannot be
 * read then changes nothing: the old stays in force, and the log and {@link #broken} say so.
 *
 * <p>The content is compared, not the time: links that move, as Kubernetes' secrets do, and
 * restored backups are noticed as well.
 *
 * @param <T> what the files say
 */
public final class WatchedFiles<T> implements Supplier<T>, AutoCloseable {

  /** The longest file that is read. */
  public static final int MAX_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);

  /**
   * Understands files.
   *
   * @param <T> what they say
   */
  @FunctionalInterface
  public interface Parser<T> {

    /**
     * Returns what the files say, given in the order of their paths.
     *
     * @throws IllegalArgumentException if that cannot be; its message goes to the log, so it holds
     *     no secret
     */
    T parse(List<byte[]> contents);
  }

  private final String option;
  private final List<Path> paths;
  private final Parser<T> parser;
  private final CountDownLatch closed = new CountDownLatch(1);
  private List<byte[]> contents; // Of the watching thread only.
  private volatile T current;
  private volatile boolean broken;
  private final AtomicLong reloads = new AtomicLong();

  private WatchedFiles(
      String option, List<Path> paths, Parser<T> parser, List<byte[]> contents, T current) {
    this.option = option;
    this.paths = paths;
    this.parser = parser;
    this.contents = contents;
    this.current = current;
  }

  /**
   * Reads files and begins to watch them.
   *
   * @param option the option that names them, for messages
   * @param every how often to look
   * @throws IllegalArgumentException if they cannot be read or understood
   */
  public static <T> WatchedFiles<T> open(
      String option, List<Path> paths, Duration every, Parser<T> parser) {
    List<byte[]> contents;
    T current;
    try {
      contents = read(paths);
      current = parser.parse(contents);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          option + ": the file cannot be read (" + e + "); check its name and permissions", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + " " + paths + ": " + e.getMessage(), e);
    }
    WatchedFiles<T> files =
        new WatchedFiles<>(option, List.copyOf(paths), parser, contents, current);
    Thread thread = new Thread(() -> files.lookAgainAndAgain(every), "watch" + option);
    thread.setDaemon(true);
    thread.start();
    return files;
  }

  /** Returns what the files said when they were understood last. */
  @Override
  public T get() {
    return current;
  }

  /** Returns the option that names the files. */
  public String option() {
    return option;
  }

  /** Returns whether what the files say now is not what is in force. */
  public boolean broken() {
    return broken;
  }

  /** Returns how many times a change came into force. */
  public long reloads() {
    return reloads.get();
  }

  private void lookAgainAndAgain(Duration every) {
    try {
      while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      List<byte[]> now = read(paths);
      if (same(now, contents)) {
        return;
      }
      contents = now;
      current = parser.parse(now);
      broken = false;
      reloads.incrementAndGet();
      LOG.info("{}: {} changed and is in force", option, paths);
    } catch (IOException e) {
      contents = List.of(); // Whatever is read next is news.
      complain(e);
    } catch (IllegalArgumentException e) {
      complain(e);
    } catch (RuntimeException e) {
      LOG.error("{}: {} cannot be read by a fault of the gateway's own", option, paths, e);
      broken = true;
    }
  }

  private void complain(Exception e) {
    // A file that stays away is said once; a file that changes is another one each time.
    if (!broken || e instanceof IllegalArgumentException) {
      LOG.warn(
          "{}: {} changed and cannot be used, so what it said before stays in force: {}",
          option,
          paths,
          e instanceof IOException ? e.toString() : e.getMessage());
    }
    broken = true;
  }

  private static boolean same(List<byte[]> some, List<byte[]> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!Arrays.equals(some.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<byte[]> read(List<Path> paths) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (Path path : paths) {
      try (InputStream in = Files.newInputStream(path)) {
        byte[] content = in.readNBytes(MAX_BYTES + 1);
        if (content.length > MAX_BYTES) {
          throw new IOException(path + " is longer than " + MAX_BYTES + " bytes");
        }
        contents.add(content);
      }
    }
    return contents;
  }

  /** Stops watching. */
  @Override
  public void close() {
    closed.countDown();
  }
}
