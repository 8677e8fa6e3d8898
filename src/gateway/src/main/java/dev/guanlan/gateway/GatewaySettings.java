package dev.guanlan.gateway;

import dev.guanlan.gateway.push.PushLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    @Nullable Path limitsFile) {

  /** Checks what does not fit together. */
  public GatewaySettings {
    listen = List.copyOf(listen);
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
}
