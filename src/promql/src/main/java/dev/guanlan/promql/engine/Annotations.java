package dev.guanlan.promql.engine;

import dev.guanlan.promql.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Collects what a query's author should know though the query has a result. Equal remarks are kept
 * once. Not thread-safe.
 */
public final class Annotations {

  /** Bounds how many remarks of either kind are kept. */
  public static final int MAX_EACH = 100;

  /** Is one remark about a part of the expression. */
  public record Annotation(String message, Position position) {}

  private final Set<Annotation> warnings = new LinkedHashSet<>();

  /** Remarks, and what is known of those that are about several samples. */
  private final Map<Annotation, Optional<Monotonicity>> infos = new LinkedHashMap<>();

  /** Adds a remark that something is probably wrong. */
  void warn(String message, Position position) {
    if (warnings.size() < MAX_EACH) {
      warnings.add(new Annotation(message, position));
    }
  }

  /** Adds a remark that something may not be meant. */
  void inform(String message, Position position) {
    if (infos.size() < MAX_EACH) {
      infos.putIfAbsent(new Annotation(message, position), Optional.empty());
    }
  }

  /**
   * Adds a remark that the counts of a classic histogram did not ascend with its bounds.
   *
   * @param metric the metric's name, or the empty string
   * @param millis time of the histogram
   */
  void inform(ClassicBuckets.Forced forced, String metric, long millis, Position position) {
    String message =
        "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see"
            + " https://prometheus.io/docs/prometheus/latest/querying/functions/"
            + "#histogram_quantile)"
            + (metric.isEmpty() ? "" : " for metric name \"" + metric + "\"");
    Annotation key = new Annotation(message, position);
    if (infos.size() < MAX_EACH || infos.containsKey(key)) {
      infos
          .computeIfAbsent(key, any -> Optional.of(new Monotonicity()))
          .ifPresent(monotonicity -> monotonicity.add(forced, millis));
    }
  }

  /** Returns the remarks that something is probably wrong. */
  public List<Annotation> warnings() {
    return new ArrayList<>(warnings);
  }

  /** Returns the remarks that something may not be meant. */
  public List<Annotation> infos() {
    List<Annotation> list = new ArrayList<>();
    infos.forEach(
        (info, monotonicity) ->
            list.add(
                new Annotation(
                    info.message() + monotonicity.map(Monotonicity::text).orElse(""),
                    info.position())));
    return list;
  }
}
