package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Place;
import picocli.CommandLine.Option;

/** Holds the options that say which stack is meant, the same for every command. */
final class PlaceOptions {

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      defaultValue = "",
      description =
          "Folder of data, logs and run files (default: $$GUANLAN_DATA, or .guanlan beside the"
              + " launcher).")
  private String data = "";

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "${env:GUANLAN_PORT_OFFSET:-0}",
      description =
          "Move every port by N; single ports move with GUANLAN_PORT_KAFKA, _CLICKHOUSE_HTTP,"
              + " _NEO4J_BOLT, _ALERTMANAGER, _FLINK, _GATEWAY and so on (default:"
              + " $$GUANLAN_PORT_OFFSET, or 0).")
  private int portOffset;

  /** Finds the place that is meant. */
  Place place() {
    try {
      return Place.of(System.getenv(), data, portOffset);
    } catch (IllegalArgumentException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    }
  }

  int portOffset() {
    return portOffset;
  }
}
