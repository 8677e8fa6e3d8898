package dev.guanlan.local.stack;

import java.io.IOException;
import java.io.InputStream;

/** Reads the configuration files that lie beside these classes. */
final class Resources {

  private Resources() {}

  static byte[] read(String name) throws IOException {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not in the jar; this is a fault of the build.");
      }
      return in.readAllBytes();
    }
  }
}
