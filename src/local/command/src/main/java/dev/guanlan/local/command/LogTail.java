package dev.guanlan.local.command;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads the end of a log, and on request what is added to it. */
final class LogTail {

  private static final int BLOCK = 64 * 1024;
  private static final long LOOK_MILLIS = 250;

  private final Path log;

  LogTail(Path log) {
    this.log = log;
  }

  /**
   * Hands the last lines on, and with {@code follow} the later ones until interrupted. A log that
   * was begun anew is read from its beginning.
   */
  void copy(int lines, boolean follow, Consumer<String> to)
      throws IOException, InterruptedException {
    StringBuilder partial = new StringBuilder();
    long position = start(lines);
    do {
      try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
        if (file.length() < position) {
          position = 0;
          partial.setLength(0);
        }
        position = copy(file, position, partial, to);
      }
      if (follow) {
        Thread.sleep(LOOK_MILLIS);
      }
    } while (follow);
    if (partial.length() > 0) {
      to.accept(partial.toString());
    }
  }

  private static long copy(
      RandomAccessFile file, long from, StringBuilder partial, Consumer<String> to)
      throws IOException {
    long position = from;
    file.seek(position);
    byte[] block = new byte[BLOCK];
    int read = file.read(block);
    while (read > 0) {
      int whole = read;
      // Never cut a character of several bytes: leave the last line to the next block.
      if (read == BLOCK) {
        while (whole > 0 && block[whole - 1] != '\n') {
          whole--;
        }
        whole = whole == 0 ? read : whole;
        file.seek(position + whole);
      }
      position += whole;
      partial.append(new String(block, 0, whole, StandardCharsets.UTF_8));
      int end = partial.indexOf("\n");
      while (end >= 0) {
        to.accept(partial.substring(0, end));
        partial.delete(0, end + 1);
        end = partial.indexOf("\n");
      }
      read = file.read(block);
    }
    return position;
  }

  /** Finds where the last lines begin, reading backwards. */
  private long start(int lines) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long end = file.length();
      long position = end;
      int found = 0;
      byte[] block = new byte[BLOCK];
      while (position > 0) {
        int size = (int) Math.min(BLOCK, position);
        position -= size;
        file.seek(position);
        file.readFully(block, 0, size);
        for (int i = size - 1; i >= 0; i--) {
          boolean last = position + i == end - 1;
          if (block[i] == '\n' && !last && ++found == lines) {
            return position + i + 1;
          }
        }
      }
      return lines == 0 ? end : 0;
    }
  }
}
