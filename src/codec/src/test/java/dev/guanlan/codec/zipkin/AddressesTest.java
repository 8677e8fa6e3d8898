package dev.guanlan.codec.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {

  @ParameterizedTest
  @CsvSource({
    "20010db800000000000000000000c001, 2001:db8::c001",
    "00000000000000000000000000000000, ::",
    "00000000000000000000000000000001, ::1",
    "fe800000000000000000000000000000, fe80::",
    "20010db8000000010001000100010001, 2001:db8:0:1:1:1:1:1",
    "20010db8000000000001000000000000, 2001:db8:0:0:1::",
    "20010db8000000000001000000000001, 2001:db8::1:0:0:1",
  })
  void writesVersion6AsRfc5952Does(String bytes, String expected) {
    assertThat(Addresses.ipv6(HexFormat.of().parseHex(bytes))).isEqualTo(expected);
  }

  @Test
  void writesVersion4WithDots() {
    assertThat(Addresses.ipv4(new byte[] {10, 0, (byte) 255, 1})).isEqualTo("10.0.255.1");
  }
}
