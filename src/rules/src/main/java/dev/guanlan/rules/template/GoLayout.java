package dev.guanlan.rules.template;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;

/**
 * Formats times by Go's layouts, which show how one certain time is written: Monday, 2 January
 * 2006, 15:04:05 ({@code time/format.go}). The time zone is always UTC.
 */
final class GoLayout {

  /** The parts of that time, those first that begin with others. */
  private static final List<String> PARTS =
      List.of(
          "January",
          "Jan",
          "Monday",
          "Mon",
          "MST",
          "2006",
          "002",
          "01",
          "02",
          "03",
          "04",
          "05",
          "06",
          "15",
          "_2006",
          "_2",
          "PM",
          "pm",
          "-07:00:00",
          "-070000",
          "-07:00",
          "-0700",
          "-07",
          "Z07:00:00",
          "Z070000",
          "Z07:00",
          "Z0700",
          "Z07",
          "1",
          "2",
          "3",
          "4",
          "5");

  private GoLayout() {}

  static String format(long millis, String layout) {
    ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC);
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < layout.length()) {
      int fraction = fractionLength(layout, at);
      if (fraction > 0) {
        text.append(fraction(layout.substring(at, at + fraction), time.getNano()));
        at += fraction;
        continue;
      }
      String part = part(layout, at);
      text.append(part.isEmpty() ? layout.substring(at, at + 1) : format(part, time));
      at += Math.max(1, part.length());
    }
    return text.toString();
  }

  private static String part(String layout, int at) {
    for (String part : PARTS) {
      // "Jan" and "Mon" are none where a word goes on in small letters: "Month", "Janitor".
      boolean word = part.equals("Jan") || part.equals("Mon");
      int end = at + part.length();
      if (layout.startsWith(part, at)
          && !(word && end < layout.length() && Character.isLowerCase(layout.charAt(end)))) {
        return part;
      }
    }
    return "";
  }

  /** Returns how long the part for fractions of a second is that begins here: {@code .000}. */
  private static int fractionLength(String layout, int at) {
    char first = layout.charAt(at);
    if ((first != '.' && first != ',') || at + 1 >= layout.length()) {
      return 0;
    }
    char digit = layout.charAt(at + 1);
    int end = at + 1;
    while (end < layout.length() && layout.charAt(end) == digit) {
      end++;
    }
    boolean goesOn = end < layout.length() && Character.isDigit(layout.charAt(end));
    return (digit == '0' || digit == '9') && !goesOn ? end - at : 0;
  }

  private static String fraction(String part, int nanos) {
    String digits = String.format(Locale.ROOT, "%09d", nanos);
    String kept = digits.substring(0, Math.min(digits.length(), part.length() - 1));
    if (part.charAt(1) == '9') {
      kept = kept.replaceFirst("0+$", "");
    }
    return kept.isEmpty() ? "" : part.charAt(0) + kept;
  }

  private static String format(String part, ZonedDateTime time) {
    int hour12 = (time.getHour() + 11) % 12 + 1;
    return switch (part) {
      case "January" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case "Jan" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
      case "Monday" -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case "Mon" ->
          time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
      case "MST" -> "UTC";
      case "2006" -> padded("%04d", time.getYear());
      case "_2006" -> "_" + padded("%04d", time.getYear());
      case "06" -> padded("%02d", Math.floorMod(time.getYear(), 100));
      case "01" -> padded("%02d", time.getMonthValue());
      case "1" -> padded("%d", time.getMonthValue());
      case "02" -> padded("%02d", time.getDayOfMonth());
      case "_2" -> padded("%2d", time.getDayOfMonth());
      case "2" -> padded("%d", time.getDayOfMonth());
      case "002" -> padded("%03d", time.getDayOfYear());
      case "15" -> padded("%02d", time.getHour());
      case "03" -> padded("%02d", hour12);
      case "3" -> padded("%d", hour12);
      case "04" -> padded("%02d", time.getMinute());
      case "4" -> padded("%d", time.getMinute());
      case "05" -> padded("%02d", time.getSecond());
      case "5" -> padded("%d", time.getSecond());
      case "PM" -> time.getHour() < 12 ? "AM" : "PM";
      case "pm" -> time.getHour() < 12 ? "am" : "pm";
      default -> part.startsWith("Z") ? "Z" : part.replace('-', '+').replace('7', '0');
    };
  }

  private static String padded(String format, int number) {
    return String.format(Locale.ROOT, format, number);
  }
}
