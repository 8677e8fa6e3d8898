package dev.guanlan.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Hash128Test {

  /**
   * Vectors of the reference implementation with seed 0, as other languages' libraries test them.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|00000000000000000000000000000000",
        "hello|cbd8a7b341bd9b025b1e906a48ae1d19",
        "hello, world|342fac623a5ebc8e4cdcbc079642414d",
        "19 Jan 2038 at 3:14:07 AM|b89e5988b737affc664fc2950231b2cb",
        "The quick brown fox jumps over the lazy dog.|cd99481f9ee902c9695da1a38987b6e7",
      })
  void equalsTheReference(String text, String expected) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Hash128 hash = new Hash128();
    hash.update(bytes, 0, bytes.length);
    assertThat(hash.finish().toHex()).isEqualTo(expected);
  }

  @Property
  void isTheSameHoweverTheBytesArrive(
      @ForAll byte[] bytes,
      @ForAll @IntRange(max = 64) int first,
      @ForAll @IntRange(max = 64) int second) {
    Hash128 whole = new Hash128();
    whole.update(bytes, 0, bytes.length);
    int a = Math.min(first, bytes.length);
    int b = Math.min(second, bytes.length - a);
    Hash128 pieces = new Hash128();
    pieces.update(bytes, 0, a);
    pieces.update(bytes, a, b);
    pieces.update(bytes, a + b, bytes.length - a - b);
    assertThat(pieces.finish()).isEqualTo(whole.finish());
  }
}
