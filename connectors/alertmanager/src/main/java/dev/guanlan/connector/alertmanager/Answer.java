package dev.guanlan.connector.alertmanager;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Is what became of a post.
 *
 * @param status the status of the answer; 0 if there was none
 * @param text the beginning of the answer's body, or why there is no answer
 * @param retryAfter how long the peer asks to be left alone; null if it does not
 */
record Answer(int status, String text, @Nullable Duration retryAfter) {

  /**
   * What Alertmanager says when it is the alerts that it cannot take: 400 if one is not valid (the
   * others it takes), 422 if one does not fit its schema (it takes none), and what stands before it
   * says when there are too many bytes.
   */
  private static final Set<Integer> REFUSALS = Set.of(400, 413, 422);

  private static final int LONGEST = 300;

  /** Says what to do next. */
  enum Verdict {
    /** Nothing: the peer has the alerts. */
    TAKEN,
    /** Find out which alert it is that the peer does not take. */
    REFUSED,
    /**
     * Try again later: the peer is not there, too busy or broken, or it takes nothing from us as we
     * are (no credentials, a wrong path), which its operator or ours will mend.
     */
    LATER
  }

  static Answer none(Throwable failure) {
    return new Answer(0, Texts.shown(failure.toString(), LONGEST), null);
  }

  static Answer none(String why) {
    return new Answer(0, why, null);
  }

  static Answer of(int status, String body, @Nullable String retryAfter, Instant now) {
    return new Answer(
        status,
        Texts.shown(body, LONGEST),
        retryAfter == null ? null : duration(retryAfter.strip(), now));
  }

  Verdict verdict() {
    if (status / 100 == 2) {
      return Verdict.TAKEN;
    }
    return REFUSALS.contains(status) ? Verdict.REFUSED : Verdict.LATER;
  }

  /** Returns what happened, for a log. */
  String reason() {
    return status == 0
        ? text
        : text.isBlank() ? "status " + status : "status " + status + ": " + text;
  }

  /** Reads seconds or a date (RFC 9110, 10.2.3); what is neither asks for nothing. */
  private static @Nullable Duration duration(String retryAfter, Instant now) {
    if (retryAfter.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(retryAfter));
    }
    try {
      Instant until =
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
