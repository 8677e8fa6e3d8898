package dev.guanlan.local.command.run;

import dev.guanlan.local.stack.StackPorts;
import java.nio.file.Path;
import java.util.Map;

/**
 * Says where a stack lives on this machine.
 *
 * @param root the project's folder
 * @param data the folder of data, logs and run files
 * @param ports where its parts listen
 */
public record Place(Path root, Path data, StackPorts ports) {

  /**
   * Finds the place from the environment and the command's options.
   *
   * @param environment GUANLAN_HOME, GUANLAN_DATA and GUANLAN_PORT_*
   * @param dataOption the data folder, before the environment's; empty if not given
   * @param portOffset is added to each port that the environment leaves at its usual number
   * @throws IllegalArgumentException with what to give instead
   */
  public static Place of(Map<String, String> environment, String dataOption, int portOffset) {
    Path root = Path.of(environment.getOrDefault("GUANLAN_HOME", ".")).toAbsolutePath().normalize();
    String data = dataOption.isEmpty() ? environment.getOrDefault("GUANLAN_DATA", "") : dataOption;
    return new Place(
        root,
        data.isEmpty() ? root.resolve(".guanlan") : Path.of(data).toAbsolutePath().normalize(),
        moved(StackPorts.fromEnvironment(environment), StackPorts.usual(), portOffset));
  }

  private static StackPorts moved(StackPorts ports, StackPorts usual, int by) {
    return new StackPorts(
        moved(ports.kafka(), usual.kafka(), by),
        moved(ports.kafkaController(), usual.kafkaController(), by),
        moved(ports.clickhouseHttp(), usual.clickhouseHttp(), by),
        moved(ports.clickhouseNative(), usual.clickhouseNative(), by),
        moved(ports.neo4jBolt(), usual.neo4jBolt(), by),
        moved(ports.neo4jHttp(), usual.neo4jHttp(), by),
        moved(ports.alertmanager(), usual.alertmanager(), by),
        moved(ports.flink(), usual.flink(), by),
        moved(ports.flinkRpc(), usual.flinkRpc(), by),
        moved(ports.gateway(), usual.gateway(), by),
        moved(ports.gatewayGrpc(), usual.gatewayGrpc(), by),
        moved(ports.prometheus(), usual.prometheus(), by),
        moved(ports.nodeExporter(), usual.nodeExporter(), by));
  }

  private static int moved(int port, int usual, int by) {
    int moved = port == usual ? port + by : port;
    if (moved < 1 || moved > 65_535) {
      throw new IllegalArgumentException(
          "--port-offset %d moves port %d out of range. Give one that keeps every port within 1 to 65535."
              .formatted(by, port));
    }
    return moved;
  }

  /** Returns the run files of this place. */
  public RunFolder run() {
    return new RunFolder(data);
  }

  /** Returns the folder of the parts' logs. */
  public Path logs() {
    return data.resolve("logs");
  }
}
