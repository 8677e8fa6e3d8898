package dev.guanlan.codec;

import java.util.Arrays;
import java.util.Random;

/** Damages payloads: a byte here, a bit there, an end too early. */
final class Mutations {

  private Mutations() {}

  static byte[] mutate(byte[] valid, Random random) {
    byte[] mutated = valid.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] = (byte) random.nextInt();
        case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> mutated[at] = (byte) 0xFF;
        default -> {
          return Arrays.copyOf(mutated, at);
        }
      }
    }
    return mutated;
  }
}
