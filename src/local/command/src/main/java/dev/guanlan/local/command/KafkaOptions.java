package dev.guanlan.local.command;

import dev.guanlan.local.command.run.RunRecord;
import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Holds the options that say which Kafka is meant: one by its address, or that of a local stack.
 */
final class KafkaOptions {

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "",
      description = "Kafka's address (default: that of the stack that runs here).")
  private String address = "";

  @Mixin private PlaceOptions place = new PlaceOptions();

  /** Finds the broker that is meant. */
  String bootstrapServers() throws IOException {
    if (!address.isEmpty()) {
      return address;
    }
    RunRecord run =
        place
            .place()
            .run()
            .running()
            .orElseThrow(
                () ->
                    new Problem(
                        "No stack runs here; start it with ./guanlan up, or name a broker with"
                            + " --kafka HOST:PORT"));
    return "127.0.0.1:" + run.ports().kafka();
  }
}
