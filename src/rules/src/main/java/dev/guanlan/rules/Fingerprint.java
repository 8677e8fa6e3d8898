package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Names an alert by a hash of its labels, the same that Alertmanager shows: 64-bit FNV-1a over
 * every name and value in order, each followed by a byte 0xFF ({@code model.LabelSet.Fingerprint}
 * of prometheus/common).
 */
public final class Fingerprint {

  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Fingerprint() {}

  /** Returns the fingerprint as 16 lower-case hexadecimal digits. */
  public static String of(Labels labels) {
    long hash = OFFSET;
    for (int i = 0; i < labels.size(); i++) {
      hash = add(add(hash, labels.name(i)), labels.value(i));
    }
    return HexFormat.of().toHexDigits(hash);
  }

  private static long add(long hash, String text) {
    long result = hash;
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      result = (result ^ (octet & 0xFF)) * PRIME;
    }
    return (result ^ 0xFF) * PRIME;
  }
}
