package dev.guanlan.connector.alertmanager;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes TLS believe the authorities of a file, and no others. */
final class TrustedAuthorities {

  private TrustedAuthorities() {}

  /**
   * Reads the file.
   *
   * @param file PEM, with one certificate or more
   * @throws IOException if it cannot be read or holds none
   */
  static SSLContext read(String file) throws IOException {
    Collection<? extends Certificate> certificates;
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
    } catch (CertificateException e) {
      throw unusable(file, e.getMessage(), e);
    } catch (IOException e) {
      throw unusable(file, e.toString(), e);
    }
    if (certificates.isEmpty()) {
      throw unusable(file, "it holds none", null);
    }
    try {
      KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
      authorities.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates) {
        authorities.setCertificateEntry("authority-" + number++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw unusable(file, e.getMessage(), e);
    }
  }

  private static IOException unusable(
      String file, @Nullable String why, @Nullable Throwable cause) {
    return new IOException(
        "The certificates of Alertmanager's authorities cannot be read from the file \"%s\" (%s);"
                .formatted(file, why)
            + " give a readable PEM file",
        cause);
  }
}
