package dev.guanlan.rules.template;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/** Writes numbers for people, as Prometheus' {@code template/template.go} does. */
final class Humanize {

  private static final String[] LARGE = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
  private static final String[] SMALL = {"m", "u", "n", "p", "f", "a", "z", "y"};
  private static final String[] BINARY = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};
  private static final Pattern DURATION =
      Pattern.compile(
          "(-)?(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?"
              + "(?:([0-9]+)s)?(?:([0-9]+)ms)?");
  private static final double[] SECONDS = {31_536_000, 604_800, 86_400, 3600, 60, 1, 0.001};

  private Humanize() {}

  static String decimal(double value) {
    if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return GoFormat.general(value, 4);
    }
    return Math.abs(value) >= 1 ? scaleDown(value, 1000, LARGE) : scaleUp(value, "");
  }

  static String binary(double value) {
    if (Math.abs(value) <= 1 || Double.isNaN(value) || Double.isInfinite(value)) {
      return GoFormat.general(value, 4);
    }
    return scaleDown(value, 1024, BINARY);
  }

  private static String scaleDown(double value, double step, String[] prefixes) {
    String prefix = "";
    double scaled = value;
    for (String next : prefixes) {
      if (Math.abs(scaled) < step) {
        break;
      }
      prefix = next;
      scaled /= step;
    }
    return GoFormat.general(scaled, 4) + prefix;
  }

  private static String scaleUp(double value, String unit) {
    String prefix = "";
    double scaled = value;
    for (String next : SMALL) {
      if (Math.abs(scaled) >= 1) {
        break;
      }
      prefix = next;
      scaled *= 1000;
    }
    return GoFormat.general(scaled, 4) + prefix + unit;
  }

  static String duration(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return GoFormat.general(value, 4);
    }
    if (value == 0) {
      return GoFormat.general(value, 4) + "s";
    }
    if (Math.abs(value) < 1) {
      return scaleUp(value, "s");
    }
    String sign = value < 0 ? "-" : "";
    double size = Math.abs(value);
    long whole = (long) size;
    long seconds = whole % 60;
    long minutes = whole / 60 % 60;
    long hours = whole / 3600 % 24;
    long days = whole / 86_400;
    if (days != 0) {
      return sign + days + "d " + hours + "h " + minutes + "m " + seconds + "s";
    }
    if (hours != 0) {
      return sign + hours + "h " + minutes + "m " + seconds + "s";
    }
    if (minutes != 0) {
      return sign + minutes + "m " + seconds + "s";
    }
    return sign + GoFormat.general(size, 4) + "s";
  }

  static String timestamp(double seconds) throws Functions.BadArgument {
    if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
      return GoFormat.general(seconds, 4);
    }
    return time(seconds).toString();
  }

  static GoTime.Time time(double seconds) throws Functions.BadArgument {
    if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
      throw new Functions.BadArgument("value is NaN or Inf");
    }
    // Go counts nanoseconds in 64 bits here.
    if (!(Math.abs(seconds) < Long.MAX_VALUE / 1e9)) {
      throw new Functions.BadArgument(
          GoFormat.shortest(seconds)
              + " cannot be represented as a nanoseconds timestamp since it overflows int64");
    }
    return new GoTime.Time((long) (seconds * 1e9) / 1_000_000);
  }

  static double parseDuration(String text) throws Functions.BadArgument {
    Matcher match = DURATION.matcher(text);
    if (text.isEmpty()) {
      throw new Functions.BadArgument("empty duration string");
    }
    if (text.equals("-") || !match.matches()) {
      if (text.equals("0")) {
        return 0;
      }
      throw new Functions.BadArgument("not a valid duration string: " + GoFormat.quote(text));
    }
    double total = 0;
    for (int i = 0; i < SECONDS.length; i++) {
      String number = match.group(i + 2);
      total += number == null ? 0 : Double.parseDouble(number) * SECONDS[i];
    }
    // Go counts nanoseconds in 64 bits here, too.
    if (total >= Long.MAX_VALUE / 1e9) {
      throw new Functions.BadArgument("duration out of range");
    }
    return match.group(1) == null ? total : -total;
  }
}
