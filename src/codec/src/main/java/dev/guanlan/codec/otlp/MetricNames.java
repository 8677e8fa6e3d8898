package dev.guanlan.codec.otlp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Translates metric names from OpenTelemetry to Prometheus: words joined by underscores, the unit
 * behind them, {@code _ratio} behind gauges of the unit 1 and {@code _total} behind counters.
 *
 * <p>Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 * and, for what it leaves open, Prometheus' default strategy UnderscoreEscapingWithSuffixes.
 */
final class MetricNames {

  private static final int MAX_REMEMBERED = 4096;

  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("d", "days"),
          Map.entry("h", "hours"),
          Map.entry("min", "minutes"),
          Map.entry("s", "seconds"),
          Map.entry("ms", "milliseconds"),
          Map.entry("us", "microseconds"),
          Map.entry("ns", "nanoseconds"),
          Map.entry("By", "bytes"),
          Map.entry("KiBy", "kibibytes"),
          Map.entry("MiBy", "mebibytes"),
          Map.entry("GiBy", "gibibytes"),
          // As Prometheus spells it.
          Map.entry("TiBy", "tibibytes"),
          Map.entry("KBy", "kilobytes"),
          Map.entry("kBy", "kilobytes"),
          Map.entry("MBy", "megabytes"),
          Map.entry("GBy", "gigabytes"),
          Map.entry("TBy", "terabytes"),
          Map.entry("m", "meters"),
          Map.entry("V", "volts"),
          Map.entry("A", "amperes"),
          Map.entry("J", "joules"),
          Map.entry("W", "watts"),
          Map.entry("g", "grams"),
          Map.entry("Cel", "celsius"),
          Map.entry("Hz", "hertz"),
          Map.entry("1", ""),
          Map.entry("%", "percent"));

  private static final Map<String, String> PER_UNITS =
      Map.of(
          "s", "second", "m", "minute", "h", "hour", "d", "day", "w", "week", "mo", "month", "y",
          "year");

  private record Key(String name, String unit, MetricKind kind) {}

  private final Map<Key, String> remembered = new HashMap<>();

  /** Returns the Prometheus name, or the empty string if nothing of the name can be kept. */
  String translate(String name, String unit, MetricKind kind) {
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    return remembered.computeIfAbsent(new Key(name, unit, kind), MetricNames::build);
  }

  private static String build(Key key) {
    List<String> words = words(key.name);
    if (words.isEmpty()) {
      return "";
    }
    addUnit(words, key.unit);
    if (key.kind == MetricKind.COUNTER) {
      words.removeAll(Collections.singleton("total"));
      words.add("total");
    }
    if (key.kind == MetricKind.GAUGE && key.unit.equals("1")) {
      words.removeAll(Collections.singleton("ratio"));
      words.add("ratio");
    }
    String joined = String.join("_", words);
    return isDigit(joined.charAt(0)) ? "_" + joined : joined;
  }

  private static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= name.length(); i++) {
      if (i == name.length() || !isWordCharacter(name.charAt(i))) {
        if (i > start) {
          words.add(name.substring(start, i));
        }
        start = i + 1;
      }
    }
    return words;
  }

  private static void addUnit(List<String> words, String unit) {
    String main = mainUnit(unit);
    String per = perUnit(unit);
    if (!main.isEmpty() && !words.contains(main)) {
      words.add(main);
    }
    if (!per.isEmpty() && !words.contains(per)) {
      words.add(per);
    }
  }

  /** Returns a unit as Prometheus spells it, such as {@code bytes_per_second}; may be empty. */
  static String unit(String unit) {
    String main = mainUnit(unit);
    String per = perUnit(unit);
    return main.isEmpty() || per.isEmpty() ? main + per : main + "_" + per;
  }

  private static String mainUnit(String unit) {
    int slash = unit.indexOf('/');
    String main = (slash < 0 ? unit : unit.substring(0, slash)).strip();
    return isAnnotation(main) ? "" : clean(UNITS.getOrDefault(main, main));
  }

  private static String perUnit(String unit) {
    int slash = unit.indexOf('/');
    String per = slash < 0 ? "" : unit.substring(slash + 1).strip();
    String suffix = isAnnotation(per) ? "" : clean(PER_UNITS.getOrDefault(per, per));
    return suffix.isEmpty() ? "" : "per_" + suffix;
  }

  /** Returns whether a unit only says what is counted, as in {@code {request}}. */
  private static boolean isAnnotation(String unit) {
    return unit.isEmpty() || unit.indexOf('{') >= 0 || unit.indexOf('}') >= 0;
  }

  private static String clean(String unit) {
    return String.join("_", words(unit));
  }

  private static boolean isWordCharacter(char character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || isDigit(character)
        || character == ':';
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }
}
