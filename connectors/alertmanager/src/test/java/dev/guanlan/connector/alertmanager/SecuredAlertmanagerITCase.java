package dev.guanlan.connector.alertmanager;

import static dev.guanlan.connector.alertmanager.TestingCluster.LONGEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.testing.AlertmanagerClusterExtension;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A real Alertmanager with TLS and passwords")
final class SecuredAlertmanagerITCase {

  private static final String PASSWORD = "open sesame";

  /** Of the password, by bcrypt. */
  private static final String HASH = "$2a$06$9I./dfckyEPBhflEQDRTH.zpo4w2AfBAY2dPLkXDr/y5eieXWrGgC";

  private static final Path FOLDER = folder();
  private static final TestingCertificate CERTIFICATE = TestingCertificate.make(FOLDER);

  @RegisterExtension
  static final AlertmanagerClusterExtension ALERTMANAGER =
      new AlertmanagerClusterExtension("secured", 1).withWebConfiguration(webConfiguration());

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("guanlan-secured-");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new IllegalStateException("no folder can be made", e);
    }
  }

  private static Path webConfiguration() {
    String text =
        """
        tls_server_config:
          cert_file: %s
          key_file: %s
        basic_auth_users:
          guanlan: %s
        """
            .formatted(CERTIFICATE.certificate(), CERTIFICATE.key(), HASH);
    try {
      return Files.writeString(FOLDER.resolve("web.yml"), text);
    } catch (IOException e) {
      throw new IllegalStateException("no configuration can be written", e);
    }
  }

  private static Access access(Path passwordFile) {
    return new Access(
        "guanlan", passwordFile.toString(), null, CERTIFICATE.certificate().toString());
  }

  private static TestingCluster cluster() throws IOException {
    return new TestingCluster(
        HttpClient.newBuilder()
            .sslContext(TrustedAuthorities.read(CERTIFICATE.certificate().toString()))
            .build(),
        "Basic "
            + Base64.getEncoder()
                .encodeToString(("guanlan:" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void hearsOfAlertsOnceThePasswordIsRight() throws Exception {
    Path password = Files.writeString(FOLDER.resolve("password"), "wrong\n");
    TestingCluster cluster = cluster();
    String url = ALERTMANAGER.url(0);
    try (TestingLog log = new TestingLog(Peer.class);
        AlertmanagerWriter writer =
            TestingCluster.open(access(password), new SystemResolver(), List.of(url))) {
      writer.write(cluster.firing("locked"), null);
      await().atMost(LONGEST).until(() -> log.lines(Level.WARN).size() == 1);
      assertThat(log.lines(Level.WARN).get(0)).contains("status 401").doesNotContain("wrong");
      Files.writeString(password, PASSWORD + "\n");
      await().atMost(LONGEST).until(() -> cluster.activeNames(url).equals(Set.of("locked")));
      writer.write(cluster.resolved("locked"), null);
      await().atMost(LONGEST).until(() -> cluster.activeNames(url).isEmpty());
    }
  }

  @Test
  void isNotBelievedWithoutItsAuthority() throws Exception {
    TestingSink sink = new TestingSink();
    String url = ALERTMANAGER.url(0);
    try (TestingLog log = new TestingLog(Peer.class);
        AlertmanagerWriter writer = sink.open(url)) {
      writer.write(TestingAlerts.firing("secret", TestingAlerts.NOON), null);
      await().atMost(LONGEST).until(() -> sink.metric(url, "alertsInFailedPosts") > 1);
      assertThat(log.lines(Level.WARN)).singleElement().asString().contains("SSLHandshake");
      assertThat(sink.metric(url, "alertsSent")).isZero();
    }
  }
}
