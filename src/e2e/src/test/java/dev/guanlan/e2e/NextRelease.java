package dev.guanlan.e2e;

import dev.guanlan.e2e.next.NextAlertingJob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/** Packs the alerting job as a later release may be: its jar with another main class in it. */
final class NextRelease {

  private NextRelease() {}

  /**
   * Packs {@link NextAlertingJob}.
   *
   * @param present the alerting job's jar
   * @param folder where the new one is put
   */
  static Path pack(Path present, Path folder) throws IOException {
    Path jar = Files.copy(present, folder.resolve("next-alerting-job.jar"));
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      String name = NextAlertingJob.class.getName().replace('.', '/') + ".class";
      Path target = zip.getPath("/" + name);
      Files.createDirectories(target.getParent());
      try (InputStream code = NextAlertingJob.class.getClassLoader().getResourceAsStream(name)) {
        Files.copy(code, target);
      }
      Path manifestFile = zip.getPath("/META-INF/MANIFEST.MF");
      Manifest manifest;
      try (InputStream old = Files.newInputStream(manifestFile)) {
        manifest = new Manifest(old);
      }
      manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, NextAlertingJob.class.getName());
      try (OutputStream changed = Files.newOutputStream(manifestFile)) {
        manifest.write(changed);
      }
    }
    return jar;
  }
}
