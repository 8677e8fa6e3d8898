package dev.guanlan.local.command.letters;

import dev.guanlan.schema.DeadLetter;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names dead letters. All letters that jobs wrote for one record have one name. */
final class LetterId {

  private static final int SHORT_HASH = 12;

  private LetterId() {}

  /**
   * Returns the origin, {@code topic/partition@offset}; of a row that a table refused, which has
   * none, {@code row:} and the beginning of its hash.
   */
  static String of(DeadLetter letter) {
    return letter.getTopic().isEmpty()
        ? "row:" + hash(letter).substring(0, SHORT_HASH)
        : letter.getTopic() + "/" + letter.getPartition() + "@" + letter.getOffset();
  }

  /**
   * Returns what the replay of a letter is remembered by: also the content, because a topic that is
   * made anew counts its offsets from 0 again.
   */
  static String replayKey(DeadLetter letter) {
    return of(letter) + "#" + hash(letter);
  }

  private static String hash(DeadLetter letter) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer payload = letter.getPayload().duplicate();
      digest.update(payload);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
