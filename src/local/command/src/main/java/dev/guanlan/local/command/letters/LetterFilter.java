package dev.guanlan.local.command.letters;

import dev.guanlan.schema.DeadLetter;
import java.util.Locale;

/**
 * Chooses dead letters. What is empty chooses all.
 *
 * @param topic the topic that the record came from
 * @param tenant whose it is
 * @param job the job that failed on it
 * @param reason what the reason has to contain, in any case
 * @param sinceMillis the earliest failure, in milliseconds since the epoch
 */
public record LetterFilter(
    String topic, String tenant, String job, String reason, long sinceMillis) {

  /** Chooses all letters. */
  public static final LetterFilter ALL = new LetterFilter("", "", "", "", 0);

  boolean chooses(DeadLetter letter) {
    return is(topic, letter.getTopic())
        && is(tenant, letter.getTenant())
        && is(job, letter.getJob())
        && letter.getFailedAtMillis() >= sinceMillis
        && letter.getReason().toLowerCase(Locale.ROOT).contains(reason.toLowerCase(Locale.ROOT));
  }

  private static boolean is(String wanted, String found) {
    return wanted.isEmpty() || wanted.equals(found);
  }
}
