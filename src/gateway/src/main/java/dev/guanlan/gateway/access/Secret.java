package dev.guanlan.gateway.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises a token or password without holding it. */
abstract sealed class Secret {

  private static final String SHA_256 = "sha256:";
  private static final int DIGEST_BYTES = 32;

  /** What bcrypt takes into account; it would silently pass over the rest. */
  private static final int MAX_BCRYPT_BYTES = 72;

  private static final int MAX_BCRYPT_COST = 14;

  /** Version, cost, and 22 + 31 characters of salt and hash. */
  private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}");

  /**
   * Understands how a file writes a secret: {@code sha256:} and 64 hexadecimal digits, bcrypt's
   * {@code $2y$…} as {@code htpasswd -B} writes it, or the secret itself.
   *
   * @param place where it stands, for messages
   */
  static Secret parse(String written, String place) {
    if (written.startsWith(SHA_256)) {
      String hex = written.substring(SHA_256.length()).toLowerCase(Locale.ROOT);
      if (hex.length() != 2 * DIGEST_BYTES
          || !hex.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0)) {
        throw new IllegalArgumentException(
            place + " must have 64 hexadecimal digits behind sha256:");
      }
      return new Digest(HexFormat.of().parseHex(hex), false);
    }
    if (written.startsWith("$2")) {
      return new Slow(checkedBcrypt(written, place));
    }
    return new Digest(sha256(written.getBytes(StandardCharsets.UTF_8)), true);
  }

  private static byte[] checkedBcrypt(String written, String place) {
    if (!BCRYPT.matcher(written).matches()) {
      throw new IllegalArgumentException(
          place + " begins like bcrypt and is none; make it with htpasswd -nbB");
    }
    if (Integer.parseInt(written, 4, 6, 10) > MAX_BCRYPT_COST) {
      throw new IllegalArgumentException(
          place + " has a bcrypt cost of more than " + MAX_BCRYPT_COST + ", which takes seconds");
    }
    return written.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns whether these bytes are the secret, in a time that does not tell how nearly. */
  abstract boolean is(byte[] presented);

  /** Returns whether {@link #is} would compute for long. */
  abstract boolean isSlow(byte[] presented);

  /** Returns the SHA-256 by which the secret is looked up, or null if it cannot be. */
  abstract byte @Nullable [] digest();

  /** Returns whether the file held the secret itself. */
  abstract boolean isPlain();

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Is known by its SHA-256. */
  private static final class Digest extends Secret {
    private final byte[] digest;
    private final boolean plain;

    private Digest(byte[] digest, boolean plain) {
      this.digest = digest;
      this.plain = plain;
    }

    @Override
    boolean is(byte[] presented) {
      return MessageDigest.isEqual(digest, sha256(presented));
    }

    @Override
    boolean isSlow(byte[] presented) {
      return false;
    }

    @Override
    byte[] digest() {
      return digest.clone();
    }

    @Override
    boolean isPlain() {
      return plain;
    }
  }

  /** Is known by its bcrypt, and once it was presented by its SHA-256 too. */
  private static final class Slow extends Secret {
    private final byte[] hash;
    private volatile byte @Nullable [] verified;

    private Slow(byte[] hash) {
      this.hash = hash;
    }

    @Override
    boolean is(byte[] presented) {
      byte[] digest = sha256(presented);
      byte[] before = verified;
      if (before != null && MessageDigest.isEqual(before, digest)) {
        return true;
      }
      if (presented.length <= MAX_BCRYPT_BYTES
          && BCrypt.verifyer().verify(presented, hash).verified) {
        verified = digest;
        return true;
      }
      return false;
    }

    @Override
    boolean isSlow(byte[] presented) {
      byte[] before = verified;
      return before == null || !MessageDigest.isEqual(before, sha256(presented));
    }

    @Override
    byte @Nullable [] digest() {
      return null;
    }

    @Override
    boolean isPlain() {
      return false;
    }
  }
}
