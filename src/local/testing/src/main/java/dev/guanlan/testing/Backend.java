package dev.guanlan.testing;

import com.github.dockerjava.api.exception.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** Decides where the parts of a test run. */
enum Backend {
  /** They are child processes of the test. */
  EMBEDDED,
  /** They are containers of a Docker daemon on this machine. */
  CONTAINERS;

  /** Chooses a backend by name; found out when it is not set. */
  static final String VARIABLE = "GUANLAN_TEST_BACKEND";

  private static final Logger LOG = LoggerFactory.getLogger(Backend.class);

  private static final String RYUK = "TESTCONTAINERS_RYUK_DISABLED";
  private static final String SCRIPT = "src/local/testing/containers/build-images.sh";

  /** Returns where a part runs for which there is a script that builds {@code image}. */
  static Backend of(String image) {
    Backend backend =
        switch (asked()) {
          case "embedded" -> EMBEDDED;
          case "containers" -> requireImage(image);
          default -> usable(image) ? CONTAINERS : EMBEDDED;
        };
    LOG.info("{} runs {}", image, backend == EMBEDDED ? "embedded" : "in a container");
    return backend;
  }

  /** Says so where containers are asked for and the part {@code name} has no image. */
  static void noteNoImage(String name) {
    if (asked().equals("containers")) {
      LOG.info("{} has no container image and runs embedded", name);
    }
  }

  private static String asked() {
    String value = System.getenv().getOrDefault(VARIABLE, "").toLowerCase(Locale.ROOT);
    return switch (value) {
      case "", "embedded", "containers" -> value;
      default ->
          throw new IllegalStateException(
              "%s is \"%s\"; set it to embedded or containers, or not at all."
                  .formatted(VARIABLE, value.substring(0, Math.min(value.length(), 40))));
    };
  }

  private static Backend requireImage(String image) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException(
          "%s asks for containers but no Docker daemon answers. Start one, or set it to embedded."
              .formatted(VARIABLE));
    }
    if (!hasImage(image)) {
      throw new IllegalStateException(
          "%s asks for containers but the image %s is not there. Build it with %s."
              .formatted(VARIABLE, image, SCRIPT));
    }
    return CONTAINERS;
  }

  private static boolean usable(String image) {
    // Looked at first because asking Testcontainers costs seconds where there is no Docker.
    if (System.getenv("DOCKER_HOST") == null && !Files.exists(Path.of("/var/run/docker.sock"))) {
      return false;
    }
    if (!Boolean.parseBoolean(System.getenv(RYUK))) {
      // Its helper container would have to be pulled, and waited for where it cannot be.
      LOG.info("Docker may answer, but {} is not true: {} runs embedded", RYUK, image);
      return false;
    }
    return DockerClientFactory.instance().isDockerAvailable() && hasImage(image);
  }

  private static boolean hasImage(String image) {
    try {
      return DockerClientFactory.lazyClient().inspectImageCmd(image).exec() != null;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
