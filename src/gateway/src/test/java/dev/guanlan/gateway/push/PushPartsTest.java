package dev.guanlan.gateway.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushPartsTest {

  @Nested
  class OfTenants {

    private static RequestHeaders headers(String tenant) {
      return RequestHeaders.of(HttpMethod.POST, "/", "X-Scope-OrgID", tenant);
    }

    @Test
    void takesTheHeaderOrElseAnonymous() throws Refusal {
      Tenants tenants = new Tenants(true);
      assertThat(tenants.of(headers("team-a_1.x!*'()"))).isEqualTo("team-a_1.x!*'()");
      assertThat(tenants.of(RequestHeaders.of(HttpMethod.POST, "/"))).isEqualTo("anonymous");
    }

    @Test
    void ignoresTheHeaderWithoutTenancy() throws Refusal {
      assertThat(new Tenants(false).of(headers("team-a"))).isEqualTo("anonymous");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a|b", "é", "a b"})
    void refusesNamesThatCouldMeanSomethingElsewhere(String tenant) {
      assertThatThrownBy(() -> new Tenants(true).of(headers(tenant)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("X-Scope-OrgID");
      assertThatThrownBy(() -> new Tenants(true).of(headers("a".repeat(151))))
          .isInstanceOf(Refusal.class);
    }
  }

  @Nested
  class OfInFlightBytes {

    @Test
    void givesUpToTheLimitAndAgainWhatIsReleased() throws Refusal {
      InFlightBytes inFlight = new InFlightBytes(100_000);
      InFlightBytes.Lease first = inFlight.take(60_000);
      assertThatThrownBy(() -> inFlight.take(60_000))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.OVERLOADED));
      assertThat(inFlight.taken()).isEqualTo(60_000);
      first.resize(20_000);
      InFlightBytes.Lease second = inFlight.take(70_000);
      assertThatThrownBy(() -> second.resize(90_000)).isInstanceOf(Refusal.class);
      second.release();
      first.release();
      first.release();
      assertThat(inFlight.taken()).isZero();
    }
  }

  @Nested
  class OfGzip {

    private static byte[] gzip(byte[] bytes) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
        out.write(bytes);
      }
      return compressed.toByteArray();
    }

    @Test
    void decompressesUpToTheLimitAndNoFurther() throws Exception {
      byte[] bomb = gzip(new byte[1 << 20]);
      assertThat(Gzip.decompress(bomb, 1 << 20)).hasSize(1 << 20);
      assertThatThrownBy(() -> Gzip.decompress(bomb, (1 << 20) - 1))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.TOO_LARGE))
          .hasMessageContaining("1048575");
    }

    @Test
    void refusesWhatIsNotGzip() {
      assertThatThrownBy(() -> Gzip.decompress(new byte[] {1, 2, 3}, 100))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.MALFORMED));
    }
  }
}
