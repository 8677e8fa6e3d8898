package dev.guanlan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.guanlan.local.stack.FlinkJob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Flink cluster for tests")
class FlinkExtensionITCase {

  private static final Duration LONGEST = Duration.ofMinutes(5);

  @RegisterExtension static final FlinkExtension FLINK = new FlinkExtension();

  @TempDir static Path folder;
  private static Path jar;

  @BeforeAll
  static void packTheJob() throws IOException {
    jar = folder.resolve("endless-job.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, EndlessJob.class.getName());
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      for (Class<?> type : List.of(EndlessJob.class, EndlessJob.Count.class)) {
        String name = type.getName().replace('.', '/') + ".class";
        entries.putNextEntry(new JarEntry(name));
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
          in.transferTo(entries);
        }
        entries.closeEntry();
      }
    }
  }

  @Test
  void recoversAJobWhoseTaskManagerWasKilled() throws Exception {
    String id = FLINK.jobs().submit(job("killed-taskmanager", "hashmap"));
    awaitCheckpoint(id);
    FLINK.killTaskManager();
    FLINK.startTaskManager();

    eventually(() -> assertThat(restored(id)).isTrue());
    eventually(
        () ->
            assertThat(FLINK.rest().job("killed-taskmanager").orElseThrow().fullyRunning())
                .isTrue());
    FLINK.rest().cancel(id);
  }

  @Test
  void resumesAJobFromItsNewestCheckpointAfterTheJobManagerWasKilled() throws Exception {
    FlinkJob job = job("killed-jobmanager", "rocksdb");
    awaitCheckpoint(FLINK.jobs().submit(job));
    Path newest = FLINK.jobs().newestRestorePoint(job.name()).orElseThrow();
    assertThat(newest.getFileName().toString()).startsWith("chk-");
    FLINK.killJobManager();
    FLINK.startJobManager();
    assertThat(FLINK.rest().job(job.name())).isEmpty();

    String second = FLINK.jobs().submit(job);
    eventually(() -> assertThat(restored(second)).isTrue());
    FLINK.rest().cancel(second);
  }

  @Test
  void stopsAJobWithASavepointAndResumesFromIt() throws Exception {
    FlinkJob job = job("stopped", "rocksdb");
    String first = FLINK.jobs().submit(job);
    awaitCheckpoint(first);
    Path savepoint = FLINK.jobs().stopWithSavepoint(job.name());
    assertThat(savepoint).isDirectory();
    assertThat(FLINK.jobs().newestRestorePoint(job.name())).contains(savepoint);

    String second = FLINK.jobs().submit(job);
    eventually(() -> assertThat(restored(second)).isTrue());
    FLINK.rest().cancel(second);
  }

  @Test
  void saysWhyAJarCannotRun() throws Exception {
    Path empty = folder.resolve("empty.jar");
    try (OutputStream out = Files.newOutputStream(empty);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("nothing"));
    }
    FlinkJob job = new FlinkJob("empty", empty, List.of(), Map.of());

    assertThatThrownBy(() -> FLINK.jobs().submit(job)).hasMessageContaining("jar");
  }

  private static FlinkJob job(String name, String backend) {
    return new FlinkJob(name, jar, List.of(name), Map.of("state.backend.type", backend));
  }

  private static void awaitCheckpoint(String id) {
    eventually(() -> assertThat(FLINK.rest().checkpoints(id).completed()).isPositive());
  }

  private static boolean restored(String id) throws IOException {
    return FLINK.rest().get("/jobs/" + id + "/checkpoints").path("latest").hasNonNull("restored");
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(LONGEST).ignoreExceptions().untilAsserted(assertion);
  }
}
