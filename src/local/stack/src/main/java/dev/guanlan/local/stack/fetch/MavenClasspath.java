package dev.guanlan.local.stack.fetch;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Resolves the class path of a third-party program by Maven, once.
 *
 * <p>The program is named by a small pom among this module's resources. Its jars stay in the user's
 * Maven repository; the cache keeps only the resolved class path, under the pom's hash, and makes
 * it again when the pom changed or a jar has gone. Keeping such programs out of our own
 * dependencies keeps their libraries from meeting ours, and Neo4j's licence from reaching our
 * artifacts.
 */
public final class MavenClasspath {

  private static final String DEPENDENCY_PLUGIN =
      "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath";
  private static final int MINUTES = 20;

  private final Cache cache;
  private final Consumer<String> notice;

  /** Creates a resolver that tells {@code notice} in a sentence when it has to download. */
  public MavenClasspath(Cache cache, Consumer<String> notice) {
    this.cache = cache;
    this.notice = notice;
  }

  /** Returns the class path of the program {@code name}, as {@code java -cp} takes it. */
  public String of(String name) throws IOException {
    byte[] pom = pom(name);
    String entry = "classpath/%s-%s.txt".formatted(name, hash(pom));
    Path file =
        cache.get(
            entry,
            MavenClasspath::everyJarIsThere,
            (target, scratch) -> {
              notice.accept("Fetching the jars of " + name + " with Maven (first use).");
              resolve(name, pom, target, scratch);
            });
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static void resolve(String name, byte[] pom, Path target, Path scratch)
      throws IOException, InterruptedException {
    Path pomFile = Files.write(scratch.resolve("pom.xml"), pom);
    Path maven =
        Programs.find("mvn")
            .orElseThrow(
                () ->
                    new FetchException(
                        "The jars of %s cannot be fetched: there is no mvn on the PATH. Install Maven 3.8 or later."
                            .formatted(name)));
    Programs.run(
        "Fetching the jars of " + name,
        "Check that Maven reaches its repository (~/.m2/settings.xml), then run the command again.",
        scratch,
        MINUTES,
        List.of(
            maven.toString(),
            "-B",
            "-ntp",
            "-f",
            pomFile.toString(),
            DEPENDENCY_PLUGIN,
            "-Dmdep.outputFile=" + target,
            "-Dmdep.includeScope=runtime"));
    if (!Files.exists(target) || !everyJarIsThere(target)) {
      throw new FetchException(
          "The jars of %s cannot be used: Maven named files that are not there. Delete the broken entries from its local repository and run the command again."
              .formatted(name));
    }
  }

  private static boolean everyJarIsThere(Path file) throws IOException {
    String classpath = Files.readString(file, StandardCharsets.UTF_8);
    if (classpath.isBlank()) {
      return false;
    }
    for (String jar : classpath.split(File.pathSeparator, -1)) {
      if (!Files.exists(Path.of(jar))) {
        return false;
      }
    }
    return true;
  }

  private static byte[] pom(String name) throws IOException {
    String resource = "/dev/guanlan/local/stack/parts/" + name + ".xml";
    try (InputStream in = MavenClasspath.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FetchException(
            "There is no pom for the program %s (%s); this is a fault of the build."
                .formatted(name, resource));
      }
      return in.readAllBytes();
    }
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
