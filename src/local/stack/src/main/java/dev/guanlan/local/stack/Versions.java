package dev.guanlan.local.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Reads the versions of the parts, which the build copies from the parent pom. */
final class Versions {

  private static final Properties VERSIONS = load();

  private Versions() {}

  static String of(String name) {
    String version = VERSIONS.getProperty(name);
    if (version == null) {
      throw new IllegalArgumentException("No version is recorded for " + name + ".");
    }
    return version;
  }

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      if (in == null) {
        throw new IllegalStateException("versions.properties is not in the jar.");
      }
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException("versions.properties cannot be read.", e);
    }
  }
}
