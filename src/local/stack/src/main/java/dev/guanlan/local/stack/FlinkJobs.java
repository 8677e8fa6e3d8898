package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.Cache;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps jobs on a Flink cluster: submits each from its newest savepoint or retained checkpoint,
 * whichever is newer, and stops them with savepoints.
 *
 * <p>Every job has folders of its own, so that its newest restore point is found after any end of
 * the cluster. A restore takes nothing away from the point that it reads; points older than the
 * newest few are deleted at the next submission.
 */
public final class FlinkJobs implements Part {

  /** How many restore points stay besides the one that a job starts from. */
  private static final int OLDER_POINTS_KEPT = 2;

  /** How often restore points are looked for again because they changed meanwhile. */
  private static final int MOST_LOOKS = 100;

  private final Site site;
  private final FlinkRest rest;
  private final List<FlinkJob> jobs;

  /** Creates the part for the cluster behind {@code rest}. */
  public FlinkJobs(Site site, FlinkRest rest, List<FlinkJob> jobs) {
    this.site = site;
    this.rest = rest;
    this.jobs = List.copyOf(jobs);
  }

  @Override
  public String name() {
    return "jobs";
  }

  @Override
  public String version() {
    return Versions.of("guanlan");
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of();
  }

  @Override
  public Duration startTimeout() {
    return Duration.ofMinutes(3);
  }

  /** Submits those jobs that the cluster does not have. */
  @Override
  public void start() throws PartException {
    for (FlinkJob job : jobs) {
      try {
        if (rest.job(job.name()).isEmpty()) {
          submit(job);
        }
      } catch (IOException e) {
        throw new PartException(
            "The job %s cannot be started: %s".formatted(job.name(), e.getMessage()), e);
      }
    }
  }

  /**
   * Submits a job from its newest restore point, or anew when it has none.
   *
   * @return the id that it runs under
   */
  public String submit(FlinkJob job) throws IOException {
    if (!Files.exists(job.jar())) {
      throw new IOException(
          "its jar %s is not there; build it with ./guanlan build.".formatted(job.jar()));
    }
    Map<String, String> configuration = new HashMap<>(job.configuration());
    configuration.put("execution.checkpointing.dir", checkpoints(job.name()).toUri().toString());
    configuration.put(
        "execution.checkpointing.savepoint-dir", savepoints(job.name()).toUri().toString());
    List<Path> points = restorePoints(job.name());
    Path newest = points.isEmpty() ? null : points.get(0);
    String jarId = rest.upload(job.jar());
    String id = rest.run(jarId, job.arguments(), configuration, newest);
    forget(points);
    return id;
  }

  /** Stops a running job with a savepoint, and returns where it lies. */
  public Path stopWithSavepoint(String jobName) throws IOException {
    FlinkRest.Job job =
        rest.job(jobName)
            .orElseThrow(() -> new IOException("There is no running job " + jobName + "."));
    return rest.stopWithSavepoint(job.id(), savepoints(jobName));
  }

  /** Returns the savepoint or retained checkpoint that the job would resume from. */
  public Optional<Path> newestRestorePoint(String jobName) throws IOException {
    return restorePoints(jobName).stream().findFirst();
  }

  @Override
  public Health check() {
    try {
      for (FlinkJob job : jobs) {
        Optional<FlinkRest.Job> found = rest.job(job.name());
        if (found.isEmpty()) {
          return Health.down("the job " + job.name() + " is not on the cluster" + lastFailure(job));
        }
        if (!found.get().fullyRunning()) {
          return Health.starting(
              "the job %s is %s, %d of %d tasks run%s"
                  .formatted(
                      job.name(),
                      found.get().state(),
                      found.get().runningTasks(),
                      found.get().tasks(),
                      reason(found.get())));
        }
      }
      return Health.up(jobs.size() + " running");
    } catch (IOException e) {
      return Health.starting("Flink does not answer");
    }
  }

  /** Returns false only when the cluster says that a job is missing, not when it says nothing. */
  @Override
  public boolean running() {
    try {
      for (FlinkJob job : jobs) {
        if (rest.job(job.name()).isEmpty()) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return true;
    }
  }

  /** Stops all jobs with savepoints; one that cannot make any is left to its checkpoints. */
  @Override
  public void stop() {
    Map<String, String> triggers = new HashMap<>();
    for (FlinkJob job : jobs) {
      try {
        Optional<FlinkRest.Job> found = rest.job(job.name());
        if (found.isPresent()) {
          String id = found.get().id();
          triggers.put(id, rest.triggerStop(id, savepoints(job.name())));
        }
      } catch (IOException e) {
        noticeNoSavepoint(job.name(), e);
      }
    }
    triggers.forEach(
        (id, trigger) -> {
          try {
            rest.await(id, trigger);
          } catch (IOException e) {
            noticeNoSavepoint(id, e);
          }
        });
  }

  /** Cancels all jobs, which keeps their checkpoints. */
  @Override
  public void kill() {
    for (FlinkJob job : jobs) {
      try {
        Optional<FlinkRest.Job> found = rest.job(job.name());
        if (found.isPresent()) {
          rest.cancel(found.get().id());
        }
      } catch (IOException e) {
        site.notice().accept("Job " + job.name() + " cannot be cancelled: " + e.getMessage());
      }
    }
  }

  private void noticeNoSavepoint(String job, IOException e) {
    site.notice()
        .accept(
            "Job %s stops without a savepoint and will resume from its newest checkpoint: %s"
                .formatted(job, e.getMessage()));
  }

  private String lastFailure(FlinkJob wanted) throws IOException {
    Optional<FlinkRest.Job> newest =
        rest.jobs().stream()
            .filter(job -> job.name().equals(wanted.name()))
            .max((a, b) -> Long.compare(a.startMillis(), b.startMillis()));
    return newest.isEmpty() ? "" : ": " + newest.get().state() + reason(newest.get());
  }

  private String reason(FlinkRest.Job job) throws IOException {
    return rest.rootException(job.id())
        .map(stack -> "; last failure: " + stack.lines().limit(3).toList())
        .orElse("");
  }

  private Path checkpoints(String jobName) throws IOException {
    return Files.createDirectories(site.data("flink").resolve("checkpoints").resolve(jobName));
  }

  private Path savepoints(String jobName) throws IOException {
    return Files.createDirectories(site.data("flink").resolve("savepoints").resolve(jobName));
  }

  /**
   * Returns the folders with complete metadata, the newest first.
   *
   * <p>A job that runs deletes its older checkpoints at any time. When one vanishes while it is
   * looked at, a newer one may have come unseen: then all is looked at again.
   */
  private List<Path> restorePoints(String jobName) throws IOException {
    Map<Path, FileTime> times = new HashMap<>();
    boolean changed = true;
    for (int look = 0; changed && look < MOST_LOOKS; look++) {
      times.clear();
      changed = false;
      for (Path folder : List.of(checkpoints(jobName), savepoints(jobName))) {
        // <folder>/<job id>/chk-<n>/_metadata and <folder>/savepoint-<id>/_metadata
        MetadataFiles files = new MetadataFiles(times);
        Files.walkFileTree(folder, Set.of(), 3, files);
        changed |= files.changed;
      }
    }
    List<Path> metadata = new ArrayList<>(times.keySet());
    metadata.sort((a, b) -> times.get(b).compareTo(times.get(a)));
    return metadata.stream().map(Path::getParent).toList();
  }

  /** Collects when each metadata file was written, and notes whether something vanished. */
  private static final class MetadataFiles extends SimpleFileVisitor<Path> {

    private final Map<Path, FileTime> times;
    private boolean changed;

    MetadataFiles(Map<Path, FileTime> times) {
      this.times = times;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (file.endsWith("_metadata")) {
        times.put(file, attributes.lastModifiedTime());
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return unlessVanished(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      return e == null ? FileVisitResult.CONTINUE : unlessVanished(e);
    }

    private FileVisitResult unlessVanished(IOException e) throws IOException {
      if (!(e instanceof NoSuchFileException)) {
        throw e;
      }
      changed = true;
      return FileVisitResult.CONTINUE;
    }
  }

  /** Deletes what no restore will read any more: all but the newest few points. */
  private static void forget(List<Path> newestFirst) throws IOException {
    List<Path> kept = new ArrayList<>();
    for (Path point : newestFirst) {
      // Checkpoints of one run share files: they stay and go together.
      Path whole = point.getFileName().toString().startsWith("chk-") ? point.getParent() : point;
      if (kept.contains(whole)) {
        continue;
      }
      if (kept.size() <= OLDER_POINTS_KEPT) {
        kept.add(whole);
      } else {
        Cache.delete(whole);
      }
    }
  }
}
