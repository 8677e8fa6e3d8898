package dev.guanlan.local.command.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Appends events to a file, one a line, and reads those that came since the last look. */
public final class EventLog {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_READ = 1 << 20;

  private final Path file;
  private long position;

  EventLog(Path file) {
    this.file = file;
  }

  /** Appends an event, visible to readers as a whole. */
  public synchronized void append(Event event) throws IOException {
    String line = JSON.writeValueAsString(event) + "\n";
    Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Passes over what was written until now. */
  public synchronized void skipToEnd() throws IOException {
    position = Files.exists(file) ? Files.size(file) : 0;
  }

  /** Returns the events that came since the last call; none if there is no file yet. */
  public synchronized List<Event> read() throws IOException {
    List<Event> events = new ArrayList<>();
    if (!Files.exists(file)) {
      return events;
    }
    byte[] bytes;
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      if (reader.length() < position) {
        // Begun anew by another run.
        position = 0;
      }
      bytes = new byte[(int) Math.min(MAX_READ, reader.length() - position)];
      reader.seek(position);
      reader.readFully(bytes);
    }
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        String line = new String(bytes, start, i - start, StandardCharsets.UTF_8);
        events.add(JSON.readValue(line, Event.class));
        start = i + 1;
      }
    }
    position += start;
    return events;
  }

  /** Forgets everything; for when nobody writes. */
  public synchronized void clear() throws IOException {
    Files.deleteIfExists(file);
    position = 0;
  }
}
