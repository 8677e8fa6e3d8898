package dev.guanlan.codec.loki;

import java.util.Locale;

/**
 * Gives OpenTelemetry's numbers to the words for severity that agents use: those that Loki knows as
 * levels, those of syslog, and single letters.
 *
 * <p>Source: https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/, appendix B, and
 * https://grafana.com/docs/loki/latest/query/ (detected_level)
 */
final class Severity {

  private static final int LONGEST = 16;

  private Severity() {}

  /** Returns the number that a word stands for, in whatever case; 0 for an unknown one. */
  static int number(String word) {
    if (word.length() > LONGEST) {
      return 0;
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "trace", "trc", "t", "verbose", "finest", "finer" -> 1;
      case "debug", "dbg", "d", "fine" -> 5;
      case "info", "inf", "i", "information", "informational", "config" -> 9;
      case "notice" -> 10;
      case "warn", "wrn", "w", "warning" -> 13;
      case "error", "err", "e", "severe" -> 17;
      case "critical", "crit" -> 18;
      case "alert" -> 19;
      case "fatal", "f", "emerg", "emergency", "panic" -> 21;
      default -> 0;
    };
  }
}
