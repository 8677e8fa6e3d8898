package dev.guanlan.gateway.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

class PushPartsTest {

  @Nested
  class OfTenants {

    private static RequestHeaders headers(String tenant) {
      return RequestHeaders.of(HttpMethod.POST, "/", "X-Scope-OrgID", tenant);
    }

    @Test
    void takesTheHeaderOrElseAnonymous() throws Refusal {
      Tenants tenants = new Tenants(true);
      assertThat(tenants.tenantOf(headers("team-a_1.x!*'()"), Permission.PUSH))
          .isEqualTo("team-a_1.x!*'()");
      assertThat(tenants.tenantOf(RequestHeaders.of(HttpMethod.POST, "/"), Permission.PUSH))
          .isEqualTo("anonymous");
    }

    @Test
    void ignoresTheHeaderWithoutTenancy() throws Refusal {
      assertThat(new Tenants(false).tenantOf(headers("team-a"), Permission.PUSH))
          .isEqualTo("anonymous");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a|b", "é", "a b"})
    void refusesNamesThatCouldMeanSomethingElsewhere(String tenant) {
      assertThatThrownBy(() -> new Tenants(true).tenantOf(headers(tenant), Permission.PUSH))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("X-Scope-OrgID");
      assertThatThrownBy(
              () -> new Tenants(true).tenantOf(headers("a".repeat(151)), Permission.PUSH))
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
  class OfCompression {

    private static SizeLimit limit(int bytes) {
      return SizeLimit.ofTenant(bytes, "max_decompressed_bytes", "shop");
    }

    private static byte[] compressed(Compression with, byte[] bytes) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (OutputStream out =
          with == Compression.GZIP
              ? new GZIPOutputStream(compressed)
              : new ZstdOutputStream(compressed)) {
        out.write(bytes);
      }
      return compressed.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(
        value = Compression.class,
        names = {"GZIP", "ZSTD"})
    void decompressesUpToTheLimitAndNoFurther(Compression compression) throws Exception {
      byte[] bomb = compressed(compression, new byte[1 << 20]);
      assertThat(compression.decompress(bomb, limit(1 << 20), bytes -> {})).hasSize(1 << 20);
      assertThatThrownBy(() -> compression.decompress(bomb, limit((1 << 20) - 1), bytes -> {}))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.TOO_LARGE))
          .hasMessageContaining("1048575");
    }

    @ParameterizedTest
    @EnumSource(
        value = Compression.class,
        names = {"GZIP", "ZSTD"})
    void refusesWhatIsNotWhatItSaysOrBreaksOff(Compression compression) throws Exception {
      byte[] whole = compressed(compression, new byte[1 << 16]);
      for (byte[] body : new byte[][] {{1, 2, 3}, {}, Arrays.copyOf(whole, whole.length - 3)}) {
        assertThatThrownBy(() -> compression.decompress(body, limit(1 << 20), bytes -> {}))
            .isInstanceOfSatisfying(
                Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.MALFORMED));
      }
    }

    @Test
    void refusesZstandardThatWantsMoreMemoryThanDecodersMustHave() {
      // A frame header (RFC 8878, 3.1.1.1) whose window is 128 MiB, and an empty last block.
      byte[] frame = {(byte) 0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (17 << 3), 1, 0, 0};
      assertThatThrownBy(() -> Compression.ZSTD.decompress(frame, limit(1 << 20), bytes -> {}))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.MALFORMED));
    }

    @Test
    void keepsSnappyAndHoldsWhatItClaimsAgainstTheLimit() throws Exception {
      byte[] block = Snappy.compress(new byte[1 << 20]);
      assertThat(Compression.SNAPPY.decompress(block, limit(1 << 20), bytes -> {})).isSameAs(block);
      assertThatThrownBy(
              () -> Compression.SNAPPY.decompress(block, limit((1 << 20) - 1), bytes -> {}))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.TOO_LARGE))
          .hasMessageContaining("snappy")
          .hasMessageContaining("max_decompressed_bytes of the tenant \"shop\"")
          .hasMessageContaining("1048575");
    }

    @Test
    void leavesAloneWhatIsNotCompressed() throws Refusal {
      byte[] body = {1, 2, 3};
      assertThat(Compression.NONE.decompress(body, limit(10), bytes -> {})).isSameAs(body);
    }
  }
}
