package dev.guanlan.local.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Gives a part that is exactly one process its methods. */
interface OneProcess extends Part {

  /** Returns the process that this part is. */
  ProcessPart process();

  @Override
  default String name() {
    return process().name();
  }

  @Override
  default String version() {
    return process().version();
  }

  @Override
  default List<Endpoint> endpoints() {
    return process().endpoints();
  }

  @Override
  default void start() throws PartException {
    process().start();
  }

  @Override
  default Health check() {
    return process().check();
  }

  @Override
  default boolean running() {
    return process().running();
  }

  @Override
  default void stop() {
    process().stop();
  }

  @Override
  default void kill() {
    process().kill();
  }

  @Override
  default Optional<Long> pid() {
    return process().pid();
  }

  @Override
  default Optional<Path> log() {
    return process().log();
  }
}
