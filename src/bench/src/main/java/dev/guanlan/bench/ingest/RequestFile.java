package dev.guanlan.bench.ingest;

import dev.guanlan.bench.send.Signal;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Is a file of request bodies, in the order in which they are sent.
 *
 * @param path where it is
 * @param signal what the requests carry
 * @param requests how many requests it has
 * @param entries how many samples, lines or spans they carry together
 */
record RequestFile(Path path, Signal signal, int requests, long entries) {

  private static final int BUFFER = 1 << 20;

  /** No sender of the formats used here sends more at once. */
  private static final int MAX_BODY_BYTES = 16 << 20;

  /**
   * Is one request.
   *
   * @param sender which sender it comes from; the requests of one sender keep their order
   * @param entries how many samples, lines or spans it carries
   * @param body as sent
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on as it is, compared by nobody.
  record Request(int sender, int entries, byte[] body) {}

  /** Writes a file of requests. */
  static final class Writer implements Closeable {

    private final Path path;
    private final Signal signal;
    private final DataOutputStream out;
    private int requests;
    private long entries;

    Writer(Path path, Signal signal) throws IOException {
      this.path = path;
      this.signal = signal;
      out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), BUFFER));
    }

    void add(Request request) throws IOException {
      out.writeInt(request.sender());
      out.writeInt(request.entries());
      out.writeInt(request.body().length);
      out.write(request.body());
      requests++;
      entries += request.entries();
    }

    /** Returns the file as far as it is written; call it after {@link #close}. */
    RequestFile file() {
      return new RequestFile(path, signal, requests, entries);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Reads the requests one after the other. */
  static final class Reader implements Closeable {

    private final Path path;
    private final DataInputStream in;
    private int left;

    private Reader(RequestFile file) throws IOException {
      path = file.path();
      left = file.requests();
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER));
    }

    boolean hasNext() {
      return left > 0;
    }

    Request next() throws IOException {
      try {
        int sender = in.readInt();
        int entries = in.readInt();
        int length = in.readInt();
        if (length < 0 || length > MAX_BODY_BYTES) {
          throw new IOException(
              "A request of %s has %d bytes; the file is damaged, generate it anew."
                  .formatted(path, length));
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
          throw new EOFException("The file %s ends in the middle of a request.".formatted(path));
        }
        left--;
        return new Request(sender, entries, body);
      } catch (EOFException e) {
        throw new IOException(
            "The file %s is shorter than when it was written; generate it anew.".formatted(path),
            e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Opens the file at its first request. */
  Reader open() throws IOException {
    return new Reader(this);
  }

  /** Returns how many bytes the file has. */
  long bytes() throws IOException {
    return Files.size(path);
  }
}
