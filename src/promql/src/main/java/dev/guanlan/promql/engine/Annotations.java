package dev.guanlan.promql.engine;

import dev.guanlan.promql.Position;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
  private final Set<Annotation> infos = new LinkedHashSet<>();

  /** Adds a remark that something is probably wrong. */
  void warn(String message, Position position) {
    if (warnings.size() < MAX_EACH) {
      warnings.add(new Annotation(message, position));
    }
  }

  /** Adds a remark that something may not be meant. */
  void inform(String message, Position position) {
    if (infos.size() < MAX_EACH) {
      infos.add(new Annotation(message, position));
    }
  }

  /** Returns the remarks that something is probably wrong. */
  public List<Annotation> warnings() {
    return new ArrayList<>(warnings);
  }

  /** Returns the remarks that something may not be meant. */
  public List<Annotation> infos() {
    return new ArrayList<>(infos);
  }
}
