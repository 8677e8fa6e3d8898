package dev.guanlan.gateway;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.gateway.rules.RuleFolder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says how a gateway runs.
 *
 * @param listen the addresses to listen on, for HTTP and gRPC alike; port 0 for any free one
 * @param kafkaBootstrapServers Kafka's addresses, {@code host:port} with commas between
 * @param limits what one push may cost
 * @param maxInFlightBytes what all pushes together may hold, in bytes
 * @param acknowledgeTimeout how long to wait for Kafka before a push is refused
 * @param requestTimeout how long a push may take altogether
 * @param tenancy whether the header X-Scope-OrgID counts
 * @param security whom to trust
 * @param limitsFile what each tenant may push, in YAML or JSON; null if all may push anything
 * @param ruleFolders where tenants' rules are files, one folder a tenant at most
 */
public record GatewaySettings(
    List<InetSocketAddress> listen,
    String kafkaBootstrapServers,
    PushLimits limits,
    long maxInFlightBytes,
    Duration acknowledgeTimeout,
    Duration requestTimeout,
    boolean tenancy,
    SecuritySettings security,
    @Nullable Path limitsFile,
    List<RuleFolder> ruleFolders) {

  /** Checks what does not fit together. */
  public GatewaySettings {
    listen = List.copyOf(listen);
    ruleFolders = List.copyOf(ruleFolders);
    Set<String> tenants = new HashSet<>();
    for (RuleFolder folder : ruleFolders) {
      if (!tenants.add(folder.tenant())) {
        throw new IllegalArgumentException(
            "--rules-folder is given twice for the tenant "
                + folder.tenant()
                + "; put its files into one folder");
      }
    }
    checkJobsTake(
        "--max-decompressed-bytes",
        limits.maxDecompressedBytes(),
        DecoderLimits.DEFAULTS.maxDecompressedBytes());
    checkJobsTake(
        "--max-decoded-bytes", limits.maxDecodedBytes(), DecoderLimits.DEFAULTS.maxDecodedBytes());
    // What is decompressed is copied once as it grows, and half of all waits for Kafka.
    long largest = limits.maxBodyBytes() + 2L * limits.maxDecompressedBytes();
    if (maxInFlightBytes < largest) {
      throw new IllegalArgumentException(
          "--max-in-flight-bytes ("
              + maxInFlightBytes
              + ") must not be less than --max-body-bytes ("
              + limits.maxBodyBytes()
              + ") and twice --max-decompressed-bytes ("
              + limits.maxDecompressedBytes()
              + ") together, which is "
              + largest
              + ", or the largest push could never be taken");
    }
    if (requestTimeout.compareTo(acknowledgeTimeout) <= 0) {
      throw new IllegalArgumentException(
          "--request-timeout ("
              + requestTimeout.toMillis()
              + "ms) must be longer than --acknowledge-timeout ("
              + acknowledgeTimeout.toMillis()
              + "ms), which is a part of it");
    }
  }

  private static void checkJobsTake(String option, long bytes, long most) {
    if (bytes > most) {
      throw new IllegalArgumentException(
          option
              + " ("
              + bytes
              + ") must not be more than "
              + most
              + ", the most that the jobs take of what is on Kafka, or a push that was acknowledged"
              + " could become a dead letter; let agents send smaller batches instead");
    }
  }
}
