package dev.guanlan.local.fleet;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Names what can go wrong with a service. */
enum FaultKind {
  /** Answers come late: each takes between one and two seconds more. */
  LATENCY,
  /** Seven of ten answers are a 500, with an error in the log and on the span. */
  ERRORS,
  /** The process is gone: its port refuses connections and its telemetry stops. */
  DOWN;

  /** Returns the kind of that name, in lower case, or nothing. */
  static Optional<FaultKind> named(String text) {
    return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
  }

  /** Returns every name, for messages. */
  static String names() {
    return Arrays.stream(values()).map(FaultKind::text).collect(Collectors.joining(", "));
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
