package dev.guanlan.connector.alertmanager;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the {@code Authorization} header, made of a file that is read again and again, so that a
 * password can be changed while the job runs. Appears in no message. Safe for many threads.
 */
final class Credentials {

  private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

  /** What RFC 6750 lets a bearer token be made of. */
  private static final String TOKEN = "[A-Za-z0-9._~+/-]+=*";

  private final Access access;
  private volatile @Nullable String header;
  private volatile boolean failing;

  private Credentials(Access access) {
    this.access = access;
  }

  /**
   * Reads the file for the first time.
   *
   * @throws IOException if it cannot be read or understood
   */
  static Credentials open(Access access) throws IOException {
    Credentials credentials = new Credentials(access);
    credentials.header = credentials.read();
    return credentials;
  }

  /** Returns the header's value; null if there is none. */
  @Nullable String header() {
    return header;
  }

  /** Reads the file again; keeps what it had if that fails, and says so once. */
  void refresh() {
    try {
      header = read();
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.warn("What the file held before is used until it can be read: {}", e.getMessage());
      }
      failing = true;
    }
  }

  private @Nullable String read() throws IOException {
    if (access.tokenFile() != null) {
      String token = secret("token", access.tokenFile());
      if (!token.matches(TOKEN)) {
        throw new IOException(
            "The file \"%s\" holds no bearer token: it must be one word of letters, digits and"
                    .formatted(access.tokenFile())
                + " ._~+/-=");
      }
      return "Bearer " + token;
    }
    if (access.passwordFile() != null) {
      String both = access.user() + ":" + secret("password", access.passwordFile());
      return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }
    return null;
  }

  private static String secret(String what, String file) throws IOException {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new IOException(
          "The %s for Alertmanager cannot be read from the file \"%s\" (%s); make it readable here"
              .formatted(what, file, e),
          e);
    }
  }
}
