package dev.guanlan.local.command;

/** Writes how many there are of a thing. */
final class Counted {

  private Counted() {}

  /** Writes {@code 1 rule}, {@code 2 rules}. */
  static String of(long count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }
}
