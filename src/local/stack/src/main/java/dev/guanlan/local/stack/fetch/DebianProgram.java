package dev.guanlan.local.stack.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Finds a program on the PATH, or else unpacks it from Debian's package of it into the cache, which
 * takes no root rights and touches nothing of the system.
 *
 * @param debianPackage the package's name
 * @param program its path inside the package
 * @param names the names that it may have on the PATH, the preferred first
 */
public record DebianProgram(String debianPackage, String program, List<String> names) {

  /** Names the real Alertmanager. */
  public static final DebianProgram ALERTMANAGER =
      new DebianProgram(
          "prometheus-alertmanager",
          "usr/bin/prometheus-alertmanager",
          List.of("alertmanager", "prometheus-alertmanager"));

  /** Names Prometheus, of which we use the agent mode. */
  public static final DebianProgram PROMETHEUS =
      new DebianProgram("prometheus", "usr/bin/prometheus", List.of("prometheus"));

  /** Names the exporter of the machine's own metrics. */
  public static final DebianProgram NODE_EXPORTER =
      new DebianProgram(
          "prometheus-node-exporter",
          "usr/bin/prometheus-node-exporter",
          List.of("node_exporter", "prometheus-node-exporter"));

  /** Names VictoriaMetrics, the single-node server. */
  public static final DebianProgram VICTORIA_METRICS =
      new DebianProgram(
          "victoria-metrics", "usr/bin/victoria-metrics", List.of("victoria-metrics"));

  private static final int MINUTES = 10;

  /** Returns the program's path, after fetching it if need be. */
  public Path locate(Cache cache, Consumer<String> notice) throws IOException {
    var onPath = Programs.find(names.toArray(String[]::new));
    if (onPath.isPresent()) {
      return onPath.get();
    }
    Path unpacked =
        cache.get(
            "debian/" + debianPackage,
            folder -> Files.isExecutable(folder.resolve(program)),
            (target, scratch) -> {
              notice.accept("Fetching Debian's package " + debianPackage + " (first use).");
              unpack(target, scratch);
            });
    return unpacked.resolve(program);
  }

  /** Returns the program's path if it is here already, on the PATH or in the cache. */
  public Optional<Path> find(Cache cache) {
    return Programs.find(names.toArray(String[]::new))
        .or(
            () ->
                Optional.of(cache.folder().resolve("debian/" + debianPackage).resolve(program))
                    .filter(Files::isExecutable));
  }

  /** Tells whether the program is here already or can be fetched with this machine's tools. */
  public boolean obtainable(Cache cache) {
    return find(cache).isPresent()
        || (Programs.find("apt-get").isPresent() && Programs.find("dpkg").isPresent());
  }

  private void unpack(Path target, Path scratch) throws IOException, InterruptedException {
    String advice =
        "Put %s on the PATH, or install the package %s; with apt, run apt-get update first."
            .formatted(names.get(0), debianPackage);
    String what = "Fetching Debian's package " + debianPackage;
    Programs.run(what, advice, scratch, MINUTES, List.of("apt-get", "download", debianPackage));
    Path archive;
    try (Stream<Path> files = Files.list(scratch)) {
      archive =
          files
              .filter(file -> file.getFileName().toString().endsWith(".deb"))
              .findFirst()
              .orElseThrow(() -> new FetchException(what + " brought no file. " + advice));
    }
    Programs.run(
        "Unpacking " + archive.getFileName(),
        advice,
        scratch,
        MINUTES,
        List.of("dpkg", "-x", archive.toString(), target.toString()));
    if (!Files.isExecutable(target.resolve(program))) {
      throw new FetchException(
          "Debian's package %s holds no %s. %s".formatted(debianPackage, program, advice));
    }
  }
}
