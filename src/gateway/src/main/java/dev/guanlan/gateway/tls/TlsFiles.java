package dev.guanlan.gateway.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import dev.guanlan.gateway.file.WatchedFiles;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives every handshake the certificate, key and trusted authorities that the files hold then. */
public final class TlsFiles implements TlsProvider {

  private record Material(TlsKeyPair keyPair, List<X509Certificate> trusted) {}

  private final WatchedFiles<Material> files;

  private TlsFiles(WatchedFiles<Material> files) {
    this.files = files;
  }

  /**
   * Reads PEM files and begins to watch them.
   *
   * @param certificate the chain, the server's own certificate in front
   * @param key the private key, PKCS #8 without a password
   * @param clientAuthorities who signs the certificates that clients must show; null if they need
   *     show none
   * @throws IllegalArgumentException if they cannot be read
   */
  public static TlsFiles open(
      Path certificate, Path key, @Nullable Path clientAuthorities, Duration every) {
    List<Path> paths = new ArrayList<>(List.of(certificate, key));
    if (clientAuthorities != null) {
      paths.add(clientAuthorities);
    }
    return new TlsFiles(WatchedFiles.open("--tls-certificate", paths, every, TlsFiles::parse));
  }

  private static Material parse(List<byte[]> contents) {
    TlsKeyPair keyPair;
    try {
      keyPair =
          TlsKeyPair.of(
              new ByteArrayInputStream(contents.get(1)), new ByteArrayInputStream(contents.get(0)));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "certificate and key are not PEM that can be read; the key must be PKCS #8 without a"
              + " password (openssl pkcs8 -topk8 -nocrypt)",
          e);
    }
    if (!TlsKeys.match(keyPair)) {
      throw new IllegalArgumentException(
          "the key is not that of the certificate; write both files of one pair");
    }
    return new Material(keyPair, contents.size() > 2 ? certificates(contents.get(2)) : List.of());
  }

  private static List<X509Certificate> certificates(byte[] pem) {
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem))
          .forEach(certificate -> certificates.add((X509Certificate) certificate));
      if (certificates.isEmpty()) {
        throw new IllegalArgumentException(
            "the authorities of the clients are no PEM certificates");
      }
      return certificates;
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "the authorities of the clients are no PEM certificates", e);
    }
  }

  /** Returns the files, to tell how they are. */
  public WatchedFiles<?> files() {
    return files;
  }

  @Override
  public TlsKeyPair keyPair(String host) {
    return files.get().keyPair();
  }

  @Override
  public List<X509Certificate> trustedCertificates(String host) {
    return files.get().trusted();
  }

  @Override
  public void close() {
    files.close();
  }
}
