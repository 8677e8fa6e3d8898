package dev.guanlan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.gateway.rules.RuleFolder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@SuppressWarnings("AddressSelection") // All of them literals.
class GatewayOptionsTest {

  private static GatewaySettings parse(String... arguments) {
    Gateway gateway = new Gateway();
    new CommandLine(gateway).parseArgs(arguments);
    return gateway.settings();
  }

  @Test
  void listensOnLoopbackWithTenancyUnlessToldOtherwise() {
    GatewaySettings settings = parse();
    assertThat(settings.listen())
        .containsExactly(
            new InetSocketAddress("127.0.0.1", 4318), new InetSocketAddress("127.0.0.1", 4317));
    assertThat(settings.kafkaBootstrapServers()).isEqualTo("127.0.0.1:9092");
    assertThat(settings.tenancy()).isTrue();
    assertThat(settings.acknowledgeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.limits().workers()).isPositive();
  }

  @Test
  void takesSeveralAddressesAndTurnsTenancyOff() {
    GatewaySettings settings =
        parse(
            "--listen",
            "127.0.0.1:1,[::1]:2",
            "--listen",
            "127.0.0.1:3",
            "--grpc-listen",
            "127.0.0.1:4",
            "--no-tenancy",
            "--acknowledge-timeout",
            "1500ms",
            "--request-timeout=2m");
    assertThat(settings.listen())
        .containsExactly(
            new InetSocketAddress("127.0.0.1", 1),
            new InetSocketAddress("::1", 2),
            new InetSocketAddress("127.0.0.1", 3),
            new InetSocketAddress("127.0.0.1", 4));
    assertThat(settings.tenancy()).isFalse();
    assertThat(settings.acknowledgeTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(settings.requestTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(parse("--tenancy").tenancy()).isTrue();
    assertThat(parse("--tenancy=false").tenancy()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"4318", ":4318", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "a b:1"})
  void refusesWhatIsNoAddress(String address) {
    assertThatThrownBy(() -> parse("--listen", address))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "s", "0s", "-1s", "1h", "99999999999s", "61m"})
  void refusesWhatIsNoDuration(String duration) {
    assertThatThrownBy(() -> parse("--request-timeout=" + duration))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining(duration);
  }

  @Test
  void refusesSecurityThatIsOnlyHalfThere() {
    assertThatThrownBy(() -> parse("--tls-certificate", "c.pem"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--tls-key");
    assertThatThrownBy(() -> parse("--tls-client-ca", "ca.pem"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--tls-client-ca");
    assertThatThrownBy(() -> parse("--protect-metrics"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--auth-file");
    assertThat(parse().security()).isEqualTo(SecuritySettings.NONE);
    assertThat(parse().limitsFile()).isNull();
  }

  @Test
  void trustsNoProxyUnlessTold() throws Exception {
    assertThat(parse().security().trustedProxies()).isEmpty();
    SecuritySettings security =
        parse("--trusted-proxies", "10.0.0.0/8,192.0.2.7", "--trusted-proxies=fd00::/7").security();
    for (String trusted : new String[] {"10.255.0.1", "192.0.2.7", "fd12::1", "fc00::"}) {
      assertThat(security.trustsProxyAt(InetAddress.getByName(trusted))).as(trusted).isTrue();
    }
    for (String other : new String[] {"11.0.0.1", "192.0.2.6", "fe80::1", "::a00:1"}) {
      assertThat(security.trustsProxyAt(InetAddress.getByName(other))).as(other).isFalse();
    }
    assertThat(
            parse("--trusted-proxies=0.0.0.0/0")
                .security()
                .trustsProxyAt(InetAddress.getByName("203.0.113.9")))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"proxy.example", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "1/-1", "/8"})
  void refusesWhatIsNoNetwork(String network) {
    assertThatThrownBy(() -> parse("--trusted-proxies=" + network))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("'" + network + "' is no network; write an address");
  }

  @Test
  void takesFoldersOfRulesOneATenant() {
    assertThat(parse().ruleFolders()).isEmpty();
    assertThat(parse("--rules-folder", "/etc/rules,shop=/etc/shop=1").ruleFolders())
        .containsExactly(
            new RuleFolder("anonymous", Path.of("/etc/rules")),
            new RuleFolder("shop", Path.of("/etc/shop=1")));
    assertThatThrownBy(() -> parse("--rules-folder", "a b=/etc/rules"))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("write FOLDER, or TENANT=FOLDER");
    assertThatThrownBy(() -> parse("--rules-folder", "/a", "--rules-folder", "/b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("given twice for the tenant anonymous");
  }

  @Test
  void refusesLimitsThatContradictEachOther() {
    assertThatThrownBy(() -> parse("--max-in-flight-bytes", "1000"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--max-in-flight-bytes (1000) must not be less");
    // 8 MiB as sent, and 16 MiB twice while they are decompressed.
    assertThatThrownBy(() -> parse("--max-in-flight-bytes", "41943039"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which is 41943040");
    assertThat(parse("--max-in-flight-bytes", "41943040").maxInFlightBytes()).isEqualTo(41_943_040);
    assertThatThrownBy(() -> parse("--acknowledge-timeout", "30s", "--request-timeout", "30s"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be longer than --acknowledge-timeout");
  }

  @ParameterizedTest
  @CsvSource({"--max-decompressed-bytes, 16777216", "--max-decoded-bytes, 201326592"})
  void refusesToTakeWhatTheJobsWouldNot(String option, long most) {
    assertThatThrownBy(() -> parse(option, Long.toString(most + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            option + " (" + (most + 1) + ") must not be more than " + most + ", the most that the")
        .hasMessageContaining("dead letter");
    PushLimits limits = parse(option, Long.toString(most)).limits();
    assertThat(
            option.equals("--max-decoded-bytes")
                ? limits.maxDecodedBytes()
                : limits.maxDecompressedBytes())
        .isEqualTo(most);
  }

  @Test
  void sharesHalfTheHeapAmongTheWorkersAsFarAsTheJobsGo() {
    assertThat(Gateway.shareOfHeap(256L << 20, 4)).isEqualTo(32L << 20);
    assertThat(Gateway.shareOfHeap(64L << 30, 4)).isEqualTo(192L << 20);
  }
}
