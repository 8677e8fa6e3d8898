package dev.guanlan.local.stack;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Tells which jar or folder a class was loaded from, to put it on a child's class path. */
final class CodeSource {

  private CodeSource() {}

  static Path of(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(type + " was loaded from no file.", e);
    }
  }
}
