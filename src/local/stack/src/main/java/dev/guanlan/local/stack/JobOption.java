package dev.guanlan.local.stack;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Is an option that a user gives to one of the platform's jobs. Only its form is checked: which
 * options there are is known to the job alone, which refuses a wrong one with the nearest right
 * name.
 *
 * @param job the job, as {@code alerting}
 * @param name the option's name, as {@code rules.aligned}
 * @param value its value, as the job reads it; may be empty
 */
public record JobOption(String job, String name, String value) {

  private static final List<String> JOBS = List.of("ingest", "topology", "alerting");
  private static final Pattern PAIR =
      Pattern.compile("([a-z0-9]+(?:[.-][a-z0-9]+)*)=(.*)", Pattern.DOTALL);
  private static final int LONGEST_QUOTE = 100;

  /**
   * Reads {@code JOB.NAME=VALUE}.
   *
   * @throws IllegalArgumentException with what it has to be
   */
  public static JobOption parse(String text) {
    int dot = text.indexOf('.');
    Matcher pair = PAIR.matcher(text.substring(dot + 1));
    if (dot < 0 || !pair.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no option of a job; it has to be JOB.NAME=VALUE, such as alerting.rules.aligned=true"
              .formatted(shortened(text)));
    }
    String job = text.substring(0, dot);
    if (!JOBS.contains(job)) {
      throw new IllegalArgumentException(
          "there is no job '%s', as in '%s'; JOB has to be ingest, topology or alerting in JOB.NAME=VALUE"
              .formatted(shortened(job), shortened(text)));
    }
    return new JobOption(job, pair.group(1), pair.group(2));
  }

  /**
   * Reads {@code NAME=VALUE}, where it is clear which job is meant.
   *
   * @throws IllegalArgumentException with what it has to be
   */
  public static JobOption parse(String job, String text) {
    Matcher pair = PAIR.matcher(text);
    if (!pair.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no option of the job %s; it has to be NAME=VALUE, such as rules.lookback=10m"
              .formatted(shortened(text), job));
    }
    return new JobOption(job, pair.group(1), pair.group(2));
  }

  /** Returns it as {@link #parse(String)} reads it. */
  @Override
  public String toString() {
    return job + "." + name + "=" + value;
  }

  private static String shortened(String text) {
    return text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
  }
}
