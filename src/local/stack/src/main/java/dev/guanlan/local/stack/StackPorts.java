package dev.guanlan.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Holds the TCP ports of one stack, all on loopback.
 *
 * @param kafka Kafka's clients
 * @param kafkaController Kafka's own quorum
 * @param clickhouseHttp ClickHouse over HTTP
 * @param clickhouseNative ClickHouse's native protocol
 * @param neo4jBolt Neo4j's bolt protocol
 * @param neo4jHttp Neo4j over HTTP
 * @param alertmanager Alertmanager's API and page
 * @param flink Flink's REST interface and page
 * @param flinkRpc where TaskManagers find the JobManager
 * @param gateway our gateway's push endpoints
 * @param gatewayGrpc our gateway again, where agents expect OTLP over gRPC
 * @param prometheus the page of Prometheus in agent mode
 * @param nodeExporter the exporter of the machine's metrics
 */
public record StackPorts(
    int kafka,
    int kafkaController,
    int clickhouseHttp,
    int clickhouseNative,
    int neo4jBolt,
    int neo4jHttp,
    int alertmanager,
    int flink,
    int flinkRpc,
    int gateway,
    int gatewayGrpc,
    int prometheus,
    int nodeExporter) {

  private static final int FIRST_FREE = 10_240;

  /** Where the ports begin that Linux gives to whoever asks for any. */
  private static final int KERNELS_FIRST = 32_768;

  private static final int MOST_TRIES = 1_000;

  /** Returns each program's usual ports. */
  public static StackPorts usual() {
    return fromEnvironment(Map.of());
  }

  /**
   * Returns the usual ports, moved by variables such as {@code GUANLAN_PORT_KAFKA=19092}.
   *
   * @throws IllegalArgumentException when one of them is no port
   */
  public static StackPorts fromEnvironment(Map<String, String> environment) {
    return new StackPorts(
        port(environment, "GUANLAN_PORT_KAFKA", 9092),
        port(environment, "GUANLAN_PORT_KAFKA_CONTROLLER", 9094),
        port(environment, "GUANLAN_PORT_CLICKHOUSE_HTTP", 8123),
        port(environment, "GUANLAN_PORT_CLICKHOUSE_NATIVE", 9000),
        port(environment, "GUANLAN_PORT_NEO4J_BOLT", 7687),
        port(environment, "GUANLAN_PORT_NEO4J_HTTP", 7474),
        port(environment, "GUANLAN_PORT_ALERTMANAGER", 9093),
        port(environment, "GUANLAN_PORT_FLINK", 8081),
        port(environment, "GUANLAN_PORT_FLINK_RPC", 6123),
        port(environment, "GUANLAN_PORT_GATEWAY", 4318),
        port(environment, "GUANLAN_PORT_GATEWAY_GRPC", 4317),
        port(environment, "GUANLAN_PORT_PROMETHEUS", 9090),
        port(environment, "GUANLAN_PORT_NODE_EXPORTER", 9100));
  }

  /** Returns thirteen different ports that are free now, for tests. */
  public static StackPorts free() {
    List<Integer> p = free(13);
    return new StackPorts(
        p.get(0), p.get(1), p.get(2), p.get(3), p.get(4), p.get(5), p.get(6), p.get(7), p.get(8),
        p.get(9), p.get(10), p.get(11), p.get(12));
  }

  /**
   * Returns {@code count} different ports that are free now.
   *
   * <p>They lie below those that the kernel gives to whoever asks for any: until a program listens
   * at them, and while it is being started again, no other gets them by chance.
   */
  public static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = anyFree();
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException("No free port can be found on loopback.", e);
    } finally {
      for (ServerSocket socket : held) {
        close(socket);
      }
    }
  }

  private static ServerSocket anyFree() throws IOException {
    BindException taken = new BindException("no port was tried");
    for (int i = 0; i < MOST_TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_FREE, KERNELS_FIRST);
      try {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
      } catch (BindException e) {
        taken = e;
      }
    }
    throw taken;
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Port " + socket.getLocalPort() + " cannot be given back.", e);
    }
  }

  private static int port(Map<String, String> environment, String variable, int usual) {
    String text = environment.get(variable);
    if (text == null || text.isBlank()) {
      return usual;
    }
    if (text.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text);
      if (port > 0 && port < 65_536) {
        return port;
      }
    }
    String shown = text.length() > 20 ? text.substring(0, 20) + "…" : text;
    throw new IllegalArgumentException(
        "%s is no TCP port: \"%s\". Give a number from 1 to 65535.".formatted(variable, shown));
  }
}
