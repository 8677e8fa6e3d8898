package dev.guanlan.bench.ingest;

import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import java.io.IOException;
import java.util.List;

/**
 * Is a system that is fed and measured. It starts empty, in a folder of its own, and leaves nothing
 * behind. For one thread, but {@link #feed} runs beside {@link #stored}.
 */
interface Target extends AutoCloseable {

  /**
   * Is what is kept on disk.
   *
   * @param atRest bytes once the system had no more work of its own accord
   * @param merged bytes after it was told to merge everything
   */
  record Storage(long atRest, long merged) {}

  /** Returns what it is called in the table. */
  String name();

  /** Starts it, up to where it waits for the first entry. */
  void start(RequestFile file) throws PartException, IOException, InterruptedException;

  /** Returns the processes whose CPU time counts. */
  List<Part> processes();

  /** Returns the process that stores, and merges what it has stored. */
  Part store();

  /** Feeds it everything; returns when it has taken or was given all. */
  void feed(RequestFile file) throws PartException, IOException, InterruptedException;

  /** Returns how many entries can be read from it by now. */
  long stored() throws IOException, InterruptedException;

  /** Tells whether it still has work to do in the background that it knows of. */
  boolean working() throws IOException, InterruptedException;

  /** Returns what it keeps on disk; merges everything. */
  Storage storage() throws IOException, InterruptedException;

  /** Returns what else is worth saying of the run, a sentence each. */
  List<String> remarks() throws IOException, InterruptedException;

  @Override
  void close();
}
