package dev.guanlan.local.command.run;

import java.util.List;

/**
 * Tells how a stack is, as its supervisor sees it.
 *
 * @param atMillis when it looked, milliseconds since the epoch
 * @param parts every part, in the order they start
 */
public record Snapshot(long atMillis, List<PartStatus> parts) {

  /** Copies the parts. */
  public Snapshot {
    parts = List.copyOf(parts);
  }
}
