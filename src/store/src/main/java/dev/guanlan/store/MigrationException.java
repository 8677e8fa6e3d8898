package dev.guanlan.store;

/** Tells that a database and this release do not fit together. */
public final class MigrationException extends Exception {

  private static final long serialVersionUID = 1L;

  MigrationException(String message) {
    super(message);
  }
}
