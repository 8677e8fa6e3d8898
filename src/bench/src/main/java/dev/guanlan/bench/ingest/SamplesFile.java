package dev.guanlan.bench.ingest;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.bench.send.Signal;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the remote-write requests of {@link NodeFleet} to a file. */
final class SamplesFile {

  private final NodeFleet fleet;

  /** Makes a fleet with so many series together. */
  SamplesFile(int series, long seed) {
    fleet = new NodeFleet(series, seed);
  }

  /**
   * Writes whole scrapes of the fleet, at least so many samples.
   *
   * @param path the file
   * @param samples how many samples at least
   * @param endMillis when the newest scrape was
   */
  RequestFile write(Path path, long samples, long endMillis)
      throws IOException, InterruptedException {
    int scrapes = Math.toIntExact((samples + fleet.series() - 1) / fleet.series());
    long begin = endMillis - (long) scrapes * NodeFleet.INTERVAL_MILLIS;
    RequestFile.Writer writer = new RequestFile.Writer(path, Signal.METRICS);
    try (writer) {
      for (int scrape = 0; scrape < scrapes; scrape++) {
        fleet.scrape(
            begin + (long) scrape * NodeFleet.INTERVAL_MILLIS,
            NodeFleet.INTERVAL_MILLIS,
            (sender, count, newest, body) ->
                writer.add(new RequestFile.Request(sender, count, body)));
      }
    }
    return writer.file();
  }
}
