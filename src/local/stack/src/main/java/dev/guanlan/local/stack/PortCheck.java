package dev.guanlan.local.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Looks before a start whether a part's ports are free, and who has them when they are not. */
final class PortCheck {

  private static final String LISTEN = "0A";
  private static final int MAX_COMMAND = 160;

  private PortCheck() {}

  /** Throws with the port, its owner and the way out when one of the endpoints is taken. */
  static void requireFree(String part, List<Endpoint> endpoints) throws PartException {
    for (Endpoint endpoint : endpoints) {
      if (taken(endpoint.port())) {
        String owner = owner(endpoint.port()).map(who -> " by " + who).orElse("");
        throw new PartException(
            "%s cannot start: port %d (%s) on 127.0.0.1 is taken%s. Stop that program, or set %s to another port."
                .formatted(part, endpoint.port(), endpoint.label(), owner, endpoint.variable()));
      }
    }
  }

  private static boolean taken(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // As servers do: connections of an earlier run that linger in TIME_WAIT are no obstacle.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Returns what /proc tells about the listener of {@code port}; empty where it tells nothing. */
  static Optional<String> owner(int port) {
    try {
      Set<String> inodes = new HashSet<>();
      for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
        collectListeners(Path.of(table), port, inodes);
      }
      return inodes.isEmpty() ? Optional.empty() : processWith(inodes);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void collectListeners(Path table, int port, Set<String> inodes)
      throws IOException {
    if (!Files.isReadable(table)) {
      return;
    }
    String wanted = ":" + String.format(Locale.ROOT, "%04X", port);
    for (String line : Files.readAllLines(table)) {
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length > 9 && fields[1].endsWith(wanted) && fields[3].equals(LISTEN)) {
        inodes.add("socket:[" + fields[9] + "]");
      }
    }
  }

  private static Optional<String> processWith(Set<String> sockets) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          String pid = process.getFileName().toString();
          return Optional.of("process " + pid + " (" + command(process) + ")");
        }
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
          return true;
        }
      }
      return false;
    } catch (IOException notOursOrGone) {
      return false;
    }
  }

  private static String command(Path process) throws IOException {
    byte[] bytes = Files.readAllBytes(process.resolve("cmdline"));
    String line = new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').strip();
    // A Java program is known by its main class, which stands at the end of a long line.
    return line.length() <= MAX_COMMAND
        ? line
        : line.substring(0, 40) + " … " + line.substring(line.length() - MAX_COMMAND + 43);
  }
}
