package dev.guanlan.gateway;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says whom a gateway trusts.
 *
 * @param authFile who is let in, in YAML or JSON; everybody if null
 * @param protectMetrics whether only they may read the path /metrics
 * @param tlsCertificate the server's certificate chain in PEM; no TLS if null
 * @param tlsKey its private key in PEM
 * @param tlsClientCa who signs the certificates that clients must show, in PEM; none if null
 * @param trustedProxies the networks of the proxies that may say whose request they hand on
 */
public record SecuritySettings(
    @Nullable Path authFile,
    boolean protectMetrics,
    @Nullable Path tlsCertificate,
    @Nullable Path tlsKey,
    @Nullable Path tlsClientCa,
    List<Network> trustedProxies) {

  /** Trusts everybody who can connect. */
  public static final SecuritySettings NONE =
      new SecuritySettings(null, false, null, null, null, List.of());

  /** Checks what does not fit together. */
  public SecuritySettings {
    trustedProxies = List.copyOf(trustedProxies);
    if ((tlsCertificate == null) != (tlsKey == null)) {
      throw new IllegalArgumentException("--tls-certificate and --tls-key go together; give both");
    }
    if (tlsClientCa != null && tlsCertificate == null) {
      throw new IllegalArgumentException(
          "--tls-client-ca asks clients for certificates, which needs TLS; give --tls-certificate"
              + " and --tls-key too");
    }
    if (protectMetrics && authFile == null) {
      throw new IllegalArgumentException(
          "--protect-metrics lets nobody in but the clients of --auth-file; give that too");
    }
  }

  /** Returns whether an address is that of a proxy that may say whose request it hands on. */
  boolean trustsProxyAt(InetAddress address) {
    return trustedProxies.stream().anyMatch(network -> network.contains(address));
  }

  /** Returns whether a stranger who can connect is kept out. */
  boolean keepsStrangersOut() {
    return authFile != null || tlsClientCa != null;
  }
}
