package dev.guanlan.testing;

import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.Startup;
import dev.guanlan.local.stack.fetch.Cache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the parts that the tests of this JVM share, in JUnit's root store, which closes it when the
 * last test is over.
 */
final class SharedParts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SharedParts.class);

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedParts.class);

  /** Set when a part did not come up: its log is wanted then. */
  private static volatile boolean failed;

  private final Site site;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final Map<String, List<Integer>> ports = new HashMap<>();

  private SharedParts() {
    try {
      Path folder = Files.createTempDirectory("guanlan-test-");
      site = new Site(root(), folder, Cache.ofUser(), LOG::info);
    } catch (IOException e) {
      throw new UncheckedIOException("No folder for the parts' data can be made.", e);
    }
  }

  /** Returns the parts of the test run that {@code context} belongs to. */
  static SharedParts of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(SharedParts.class, key -> new SharedParts(), SharedParts.class);
  }

  /** Returns where the parts' data and logs lie. */
  Site site() {
    return site;
  }

  /** Returns {@code count} ports that parts of the group {@code name} share, the same each time. */
  synchronized List<Integer> ports(String name, int count) {
    return ports.computeIfAbsent(name, key -> StackPorts.free(count));
  }

  /** Returns the part {@code name}, made at first use, and healthy. */
  synchronized <P extends Part> P healthy(String name, Class<P> type, Function<Site, P> maker) {
    P part = type.cast(parts.computeIfAbsent(name, key -> maker.apply(site)));
    start(part);
    return part;
  }

  /** Starts a part and waits for it; its failure is the test's. */
  static void start(Part part) {
    try {
      boolean alreadyRuns = part.running();
      var took = Startup.untilHealthy(part);
      if (!alreadyRuns) {
        LOG.info("{} {} is up after {} ms", part.name(), part.version(), took.toMillis());
      }
    } catch (PartException e) {
      failed = true;
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    Deque<Part> newestFirst = new ArrayDeque<>();
    parts.values().forEach(newestFirst::push);
    for (Part part : newestFirst) {
      part.stop();
      if (part instanceof ContainerPart container) {
        container.close();
      }
    }
    if (failed || System.getenv("GUANLAN_TEST_KEEP") != null) {
      LOG.info("The parts' data and logs stay in {}", site.folder());
    } else {
      Cache.delete(site.folder());
    }
  }

  /** Returns the project's folder: as the build says, else the nearest above that looks like it. */
  private static Path root() {
    String told = System.getProperty("guanlan.root");
    if (told != null && !told.isBlank()) {
      return Path.of(told);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("flink-conf"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(
          "The project's folder is not found above "
              + Path.of("").toAbsolutePath()
              + "; set the system property guanlan.root.");
    }
    return folder;
  }
}
