package dev.guanlan.job.ingest;

import dev.guanlan.model.SeriesId;
import dev.guanlan.topology.Place;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, for the series that were used last, what was written of them. Lost with the task: then
 * rows are written again, and the table collapses them.
 */
final class SeriesCache {

  static final long DAY_MILLIS = 86_400_000;

  /** Is what was written of one series. */
  static final class Known {
    final long metricId;
    private Place place = Place.NONE;
    private long dayStart = Long.MIN_VALUE;

    Known(long metricId) {
      this.metricId = metricId;
    }

    /** Returns whether a row for the day of a sample, with this place, was written. */
    // hot: once a sample.
    boolean covers(long timestampMillis, Place now) {
      long sinceDayStart = timestampMillis - dayStart;
      return sinceDayStart >= 0 && sinceDayStart < DAY_MILLIS && place.equals(now);
    }

    /** Takes note of a row. */
    void written(long timestampMillis, Place now) {
      dayStart = Math.floorDiv(timestampMillis, DAY_MILLIS) * DAY_MILLIS;
      place = now;
    }
  }

  private final Map<SeriesId, Known> known;

  SeriesCache(int capacity) {
    known =
        new LinkedHashMap<>(1024, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<SeriesId, Known> eldest) {
            return size() > capacity;
          }
        };
  }

  @Nullable Known get(SeriesId id) {
    return known.get(id);
  }

  Known add(SeriesId id, long metricId) {
    Known added = new Known(metricId);
    known.put(id, added);
    return added;
  }

  int size() {
    return known.size();
  }
}
