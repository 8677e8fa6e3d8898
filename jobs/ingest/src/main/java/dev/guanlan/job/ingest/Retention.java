package dev.guanlan.job.ingest;

import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says how many days rows are kept. Each row carries the day on which it may be dropped; a table's
 * partitions hold rows of one such day only, so that dropping them costs nothing.
 */
final class Retention implements Serializable {

  private static final long serialVersionUID = 1L;

  /** What a tenant is called in the exceptions if all are meant. */
  private static final String ALL = "*";

  /** The tables that can be named; others follow the one that their rows belong to. */
  private static final Set<String> TABLES =
      Set.of("samples", "exemplars", "metadata", "logs", "spans", "flows");

  /** A Date of ClickHouse ends in 2149; this leaves room for any time that is accepted. */
  private static final int MOST_DAYS = 36_500;

  private final int days;

  /** Days by {@code tenant/table}, {@code tenant} or {@code *}{@code /table}. */
  private final TreeMap<String, Integer> exceptions = new TreeMap<>();

  /**
   * Makes a retention.
   *
   * @param days for rows that no exception names
   * @param exceptions days, as text, by tenant, by {@code tenant/table}, or by {@code *}{@code
   *     /table} for all tenants; the narrower one wins, and a tenant's own before that for all
   * @throws IllegalArgumentException if days are no number from 1 to 36500, or a table is none
   */
  Retention(int days, Map<String, String> exceptions) {
    this.days = checked("all rows", Integer.toString(days));
    exceptions.forEach(
        (name, text) -> this.exceptions.put(checkedTable(name.strip()), checked(name, text)));
  }

  /** Returns for how many days rows of a table are kept for a tenant. */
  int days(String tenant, String table) {
    if (exceptions.isEmpty()) {
      return days;
    }
    Integer narrow = exceptions.get(tenant + "/" + table);
    Integer own = narrow != null ? narrow : exceptions.get(tenant);
    return own != null ? own : exceptions.getOrDefault(ALL + "/" + table, days);
  }

  /**
   * Returns the day, since 1970-01-01, on which a row may be dropped.
   *
   * @param timestampMillis when what it tells of happened, in milliseconds since the epoch
   * @param days how many whole days it is kept
   */
  // hot: once a row.
  static int expires(long timestampMillis, int days) {
    return (int) Math.floorDiv(timestampMillis, SeriesCache.DAY_MILLIS) + days + 1;
  }

  private static String checkedTable(String name) {
    int slash = name.lastIndexOf('/');
    if (slash >= 0 && !TABLES.contains(name.substring(slash + 1))) {
      throw new IllegalArgumentException(
          "the retention of %s names no table; give --ingest.retention-days-of tenant/table with one of %s"
              .formatted(bounded(name), new TreeSet<>(TABLES)));
    }
    return name;
  }

  private static int checked(String name, String text) {
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= 1 && value <= MOST_DAYS) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw refused(name, text, e);
    }
    throw refused(name, text, null);
  }

  private static IllegalArgumentException refused(
      String name, String text, @Nullable NumberFormatException cause) {
    return new IllegalArgumentException(
        "the retention of %s cannot be \"%s\"; give --ingest.retention-days and --ingest.retention-days-of whole days, 1 to %d"
            .formatted(bounded(name), bounded(text), MOST_DAYS),
        cause);
  }

  private static String bounded(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
