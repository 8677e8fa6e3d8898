package dev.guanlan.bench.send;

import java.io.IOException;

/** Sends requests to where a target takes them. */
public interface Sender extends AutoCloseable {

  /**
   * Sends a request.
   *
   * @param sender which sender it comes from; the requests of one sender keep their order
   * @param body as sent
   */
  void send(int sender, byte[] body) throws IOException, InterruptedException;

  /** Returns when all that was sent is acknowledged. */
  void flush() throws IOException;

  /** Flushes, and ends it. */
  @Override
  void close() throws IOException;
}
