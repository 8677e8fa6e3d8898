package dev.guanlan.local.command;

import dev.guanlan.local.command.look.RulesLook;
import dev.guanlan.local.command.run.RunRecord;
import dev.guanlan.model.RawRecord;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the options that say which gateway is asked, and for whom. */
final class GatewayOptions {

  @Option(
      names = "--gateway",
      paramLabel = "URL",
      defaultValue = "",
      description = "The gateway, as http://host:port (default: that of the stack that runs here).")
  private String gateway = "";

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose rules (default: ${DEFAULT-VALUE}).")
  private String tenant = RawRecord.ANONYMOUS;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the bearer token by which the gateway knows its client.")
  private @Nullable Path tokenFile;

  @Mixin private PlaceOptions place = new PlaceOptions();

  GatewayOptions() {}

  /** Finds the gateway that is meant. */
  RulesLook look() throws IOException {
    Path file = tokenFile;
    String token = file == null ? "" : RulesCommand.text(file).strip();
    return new RulesLook(url(), tenant, token);
  }

  private String url() throws IOException {
    if (!gateway.isEmpty()) {
      return gateway;
    }
    RunRecord run =
        place
            .place()
            .run()
            .running()
            .orElseThrow(
                () ->
                    new Problem(
                        "No stack runs here; start it with ./guanlan up, or name a gateway with"
                            + " --gateway http://host:port"));
    return "http://127.0.0.1:" + run.ports().gateway();
  }
}
