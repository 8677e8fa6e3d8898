package dev.guanlan.local.stack.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Formats the broker's storage at its first start, then becomes the broker.
 *
 * <p>Both in one JVM: Kafka's own scripts take two, and on a small machine the second costs
 * seconds. The broker's classes are only on the child's class path, hence the reflection.
 */
public final class KafkaHost {

  private KafkaHost() {}

  /**
   * Runs the broker; the arguments are its {@code server.properties} and the cluster id to format
   * with.
   */
  public static void main(String[] args) throws ReflectiveOperationException, IOException {
    String properties = args[0];
    if (!formatted(Path.of(properties))) {
      String[] format = {"format", "--cluster-id", args[1], "--config", properties};
      Object code =
          Class.forName("kafka.tools.StorageTool")
              .getMethod("execute", String[].class, PrintStream.class)
              .invoke(null, format, System.out);
      if (!Integer.valueOf(0).equals(code)) {
        System.err.println("Formatting Kafka's storage failed with code " + code + ".");
        System.exit(1);
      }
    }
    Class.forName("kafka.Kafka")
        .getMethod("main", String[].class)
        .invoke(null, (Object) new String[] {properties});
  }

  private static boolean formatted(Path file) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    }
    return Files.exists(Path.of(properties.getProperty("log.dirs"), "meta.properties"));
  }
}
