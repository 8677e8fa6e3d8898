package dev.guanlan.codec.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class FingerprintTest {

  private final Fingerprint fingerprint = new Fingerprint();

  private List<Long> of(byte[] bytes, int from, int to) {
    fingerprint.of(1, 2, bytes, from, to);
    return List.of(fingerprint.high(), fingerprint.low());
  }

  private List<Long> of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  @Property(tries = 300)
  void dependsOnTheBytesAndNotOnWhereTheyStand(@ForAll byte[] bytes) {
    byte[] elsewhere = new byte[bytes.length + 30];
    Arrays.fill(elsewhere, (byte) 0x55);
    System.arraycopy(bytes, 0, elsewhere, 11, bytes.length);

    assertThat(of(elsewhere, 11, 11 + bytes.length)).isEqualTo(of(bytes));
  }

  @Property(tries = 100)
  void changesWithEveryBit(@ForAll @Size(min = 1, max = 70) byte[] bytes) {
    Set<List<Long>> seen = new HashSet<>();
    seen.add(of(bytes));
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(seen.add(of(changed))).as("bit %d", bit).isTrue();
    }
  }

  @Example
  void tellsApartWhatDiffersInTrailingZeros() {
    Set<List<Long>> seen = new HashSet<>();
    for (int length = 0; length <= 100; length++) {
      assertThat(seen.add(of(new byte[length]))).as("%d zeros", length).isTrue();
    }
  }

  @Example
  void tellsOwnersApart() {
    byte[] bytes = {1, 2, 3};
    List<Long> one = of(bytes);
    fingerprint.of(2, 1, bytes, 0, 3);
    assertThat(List.of(fingerprint.high(), fingerprint.low())).isNotEqualTo(one);
  }

  @Example
  void takesTheOrderOfChosenFingerprintsIntoAccount() {
    long[] highs = new Random(1).longs(100).toArray();
    long[] lows = new Random(2).longs(100).toArray();
    Set<List<Long>> seen = new HashSet<>();
    for (int[] chosen : new int[][] {{1, 2}, {2, 1}, {1, 2, 1}, {1}, {}, {99, 0}}) {
      fingerprint.of(0, 0, highs, lows, chosen, chosen.length);
      assertThat(seen.add(List.of(fingerprint.high(), fingerprint.low()))).isTrue();
    }
  }

  @Example
  void takesItsLongestInput() {
    byte[] longest = new byte[Fingerprint.MAX_BYTES];
    assertThat(of(longest)).isNotEqualTo(of(longest, 0, longest.length - 1));
    int[] chosen = new int[Fingerprint.MAX_BYTES / 16];
    fingerprint.of(0, 0, new long[1], new long[1], chosen, chosen.length);
  }

  @Example
  void differsFromOneInstanceToAnother() {
    byte[] bytes = {1, 2, 3};
    Fingerprint other = new Fingerprint();
    other.of(1, 2, bytes, 0, 3);
    assertThat(List.of(other.high(), other.low())).isNotEqualTo(of(bytes));
  }
}
