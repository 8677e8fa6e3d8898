package dev.guanlan.connector.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An address of Alertmanagers")
final class PeerTargetTest {

  private final TestingResolver resolver = new TestingResolver();

  PeerTargetTest() throws IOException {
    resolver.host("am", "10.0.0.1", "fd00::1");
    resolver.service(
        "_web._tcp.am.ns.svc.cluster.local",
        new Resolver.Service("am-0.am.ns.svc.cluster.local", 9093),
        new Resolver.Service("am-1.am.ns.svc.cluster.local", 19_093));
  }

  @ParameterizedTest
  @CsvSource({
    "http://h:9093, http://h:9093/api/v2/alerts",
    "http://h, http://h/api/v2/alerts",
    "https://h:9093/, https://h:9093/api/v2/alerts",
    "http://h:9093/alertmanager, http://h:9093/alertmanager/api/v2/alerts",
    "https://h/a/b//, https://h/a/b/api/v2/alerts",
    "http://[::1]:9093, http://[::1]:9093/api/v2/alerts",
    "http://10.0.0.1:9093, http://10.0.0.1:9093/api/v2/alerts",
  })
  void standsForItself(String text, String endpoint) throws IOException {
    assertThat(PeerTarget.parse(text).endpoints(resolver)).containsExactly(URI.create(endpoint));
  }

  @ParameterizedTest
  @CsvSource({
    "dns+http://am:9094/p, http://10.0.0.1:9094/p/api/v2/alerts, http://[fd00:0:0:0:0:0:0:1]:9094/p/api/v2/alerts",
    "dns+https://am, https://10.0.0.1:9093/api/v2/alerts, https://[fd00:0:0:0:0:0:0:1]:9093/api/v2/alerts",
    "dns+am:9094, http://10.0.0.1:9094/api/v2/alerts, http://[fd00:0:0:0:0:0:0:1]:9094/api/v2/alerts",
    "dnssrv+_web._tcp.am.ns.svc.cluster.local, http://am-0.am.ns.svc.cluster.local:9093/api/v2/alerts, http://am-1.am.ns.svc.cluster.local:19093/api/v2/alerts",
    "dnssrv+https://_web._tcp.am.ns.svc.cluster.local/p, https://am-0.am.ns.svc.cluster.local:9093/p/api/v2/alerts, https://am-1.am.ns.svc.cluster.local:19093/p/api/v2/alerts",
  })
  void standsForAllThatItsNameDoes(String text, String first, String second) throws IOException {
    assertThat(PeerTarget.parse(text).endpoints(resolver))
        .containsExactly(URI.create(first), URI.create(second));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:9093, write it as http://host:port",
    "ftp://h:9093, write it as http://host:port",
    "http://, write it as http://host:port",
    "http://h:9093?a=b, write it as http://host:port",
    "http://h:0, give a port from 1 to 65535",
    "http://h:65536, give a port from 1 to 65535",
    "http://alert_manager:9093, correct its host",
    "http://h:9093/%zz, correct its path",
    "dnssrv+http://_web._tcp.am:9093, leave the port out",
    "srv+http://h, write it as http://host:port",
  })
  void isRefusedWithAdvice(String text, String advice) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerTarget.parse(text))
        .withMessageContaining(text)
        .withMessageContaining(advice);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://me:hunter2@h:9093", "dns+http://hunter2@h"})
  void isNotQuotedWhenAPasswordMayStandInIt(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerTarget.parse(text))
        .withMessageContaining("the file of the password")
        .withMessageNotContaining("hunter2");
  }

  @Test
  void failsWhenItsNameStandsForNothing() {
    resolver.service("_none._tcp.am");
    assertThatThrownBy(() -> PeerTarget.parse("dnssrv+_none._tcp.am").endpoints(resolver))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("stands for no address");
  }
}
