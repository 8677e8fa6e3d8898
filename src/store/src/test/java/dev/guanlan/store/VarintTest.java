package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a number of base 128 takes, and that it is read as it was written. */
@DisplayName("A varint")
final class VarintTest {

  @ParameterizedTest(name = "{0} takes {1} bytes")
  @CsvSource({
    "0, 1",
    "1, 1",
    "127, 1",
    "128, 2",
    "16383, 2",
    "16384, 3",
    "2097151, 3",
    "2097152, 4",
    "268435455, 4",
    "268435456, 5",
    "2147483647, 5",
    "-1, 5"
  })
  @DisplayName("takes a byte for each seven bits")
  void bytes(int number, int bytes) {
    assertThat(Varint.bytes(number)).isEqualTo(bytes);
    assertThat(Varint.write(number, new byte[Varint.MOST_BYTES], 0)).isEqualTo(bytes);
  }

  @Property
  void isReadAsItWasWritten(@ForAll int number) {
    byte[] target = new byte[Varint.MOST_BYTES + 2];
    assertThat(Varint.write(number, target, 1)).isEqualTo(1 + Varint.bytes(number));
    assertThat(Varint.read(target, 1)).isEqualTo(number);
  }

  @Test
  @DisplayName("that does not end is refused")
  void doesNotEnd() {
    assertThatThrownBy(() -> Varint.read(new byte[] {-1, -1}, 0))
        .isInstanceOf(ArrayIndexOutOfBoundsException.class);
  }
}
