package dev.guanlan.gateway;

import dev.guanlan.gateway.access.ClientAdmission;
import dev.guanlan.gateway.access.Clients;
import dev.guanlan.gateway.file.WatchedFiles;
import dev.guanlan.gateway.limits.LimitedQuotas;
import dev.guanlan.gateway.limits.LimitsFile;
import dev.guanlan.gateway.push.Admission;
import dev.guanlan.gateway.push.Quotas;
import dev.guanlan.gateway.push.Tenants;
import dev.guanlan.gateway.push.Unlimited;
import dev.guanlan.gateway.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds the files that say whom to trust and how far, and what follows from them. */
final class TrustedFiles implements AutoCloseable {

  private final List<WatchedFiles<?>> all = new ArrayList<>();
  private final @Nullable TlsFiles tls;
  private final Admission admission;
  private final @Nullable ClientAdmission clients;
  private final Quotas quotas;

  private TrustedFiles(GatewaySettings settings, Duration lookEvery) {
    SecuritySettings security = settings.security();
    Path authFile = security.authFile();
    if (authFile == null) {
      clients = null;
      admission = new Tenants(settings.tenancy());
    } else {
      WatchedFiles<Clients> known =
          watched("--auth-file", authFile, lookEvery, contents -> Clients.parse(contents.get(0)));
      clients = new ClientAdmission(known, settings.tenancy());
      admission = clients;
    }
    Path limitsFile = settings.limitsFile();
    quotas =
        limitsFile == null
            ? new Unlimited(settings.limits())
            : new LimitedQuotas(
                watched(
                    "--limits-file",
                    limitsFile,
                    lookEvery,
                    contents -> LimitsFile.parse(contents.get(0))),
                settings.limits(),
                System::currentTimeMillis,
                System::nanoTime);
    Path certificate = security.tlsCertificate();
    Path key = security.tlsKey();
    if (certificate == null || key == null) {
      tls = null;
    } else {
      tls = TlsFiles.open(certificate, key, security.tlsClientCa(), lookEvery);
      all.add(tls.files());
    }
  }

  private <T> WatchedFiles<T> watched(
      String option, Path file, Duration lookEvery, WatchedFiles.Parser<T> parser) {
    WatchedFiles<T> watched = WatchedFiles.open(option, List.of(file), lookEvery, parser);
    all.add(watched);
    return watched;
  }

  /**
   * Reads the files of a gateway and begins to watch them.
   *
   * @throws IllegalArgumentException if one cannot be read or understood
   */
  static TrustedFiles open(GatewaySettings settings, Duration lookEvery) {
    return new TrustedFiles(settings, lookEvery);
  }

  /** Returns all files that are watched. */
  List<WatchedFiles<?>> all() {
    return List.copyOf(all);
  }

  /** Returns what to serve TLS with; null without TLS. */
  @Nullable TlsFiles tls() {
    return tls;
  }

  Admission admission() {
    return admission;
  }

  /** Returns the admission of known clients; null if everybody is let in. */
  @Nullable ClientAdmission clients() {
    return clients;
  }

  Quotas quotas() {
    return quotas;
  }

  @Override
  public void close() {
    all.forEach(WatchedFiles::close);
  }
}
