package dev.guanlan.connector.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("This machine's resolver")
final class SystemResolverTest {

  @Test
  void knowsLocalhost() throws IOException {
    assertThat(new SystemResolver().addresses("localhost"))
        .isNotEmpty()
        .allMatch(InetAddress::isLoopbackAddress);
  }

  @Test
  void failsForAHostThatIsNone() {
    assertThatThrownBy(() -> new SystemResolver().addresses("none.invalid"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void asksDnsForServices() throws IOException {
    try (TestingDnsServer dns = new TestingDnsServer()) {
      dns.service(
          "_web._tcp.am.example",
          new Resolver.Service("am-0.example", 9093),
          new Resolver.Service("AM-1.example", 19_093),
          // "Decidedly not at this domain."
          new Resolver.Service("", 0));
      assertThat(new SystemResolver(dns.url()).services("_web._tcp.am.example"))
          .containsExactlyInAnyOrder(
              new Resolver.Service("am-0.example", 9093),
              new Resolver.Service("am-1.example", 19_093));
    }
  }

  @Test
  void failsForAServiceThatIsNone() throws IOException {
    try (TestingDnsServer dns = new TestingDnsServer()) {
      assertThatThrownBy(() -> new SystemResolver(dns.url()).services("_web._tcp.none.example"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("DNS knows no service \"_web._tcp.none.example\"");
    }
  }
}
