package dev.guanlan.local.command.demo;

import dev.guanlan.local.command.look.GraphSize.Size;
import dev.guanlan.local.command.look.Pages.Page;
import dev.guanlan.local.command.look.StoredRows.Stored;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds what the demo has seen so far, from several watchers, and what it amounts to. Safe for many
 * threads.
 */
final class Scene {

  /**
   * Rates are of the last so many milliseconds, so that one late insert does not make them jump.
   */
  private static final long RATE_WINDOW_MILLIS = 10_000;

  private static final int MAX_STORIES = 200;

  private record Count(long atMillis, Map<String, Long> rows) {}

  private final Set<String> jobs;
  private final Deque<Count> counts = new ArrayDeque<>();
  private final Map<String, AlertStory> stories = new LinkedHashMap<>();
  private Optional<Map<String, Long>> firstRows = Optional.empty();
  private Map<String, Long> rows = Map.of();
  private Size graph = Size.NOTHING;
  private String fault = "";
  private long faultMillis;
  private long healedMillis;
  private final Map<String, String> troubles = new TreeMap<>();

  /**
   * Creates an empty scene.
   *
   * @param jobs the fleet's services, as the label {@code job} names them
   */
  Scene(Set<String> jobs) {
    this.jobs = Set.copyOf(jobs);
  }

  /** Takes a count of the rows of each table. */
  synchronized void rows(long atMillis, Map<String, Stored> tables) {
    Map<String, Long> now = new TreeMap<>();
    tables.forEach((table, stored) -> now.put(table, stored.rows()));
    if (firstRows.isEmpty()) {
      firstRows = Optional.of(now);
    }
    rows = now;
    counts.addLast(new Count(atMillis, now));
    while (counts.size() > 2 && counts.peekFirst().atMillis() < atMillis - RATE_WINDOW_MILLIS) {
      counts.removeFirst();
    }
  }

  synchronized void graph(Size size) {
    graph = size;
  }

  /** Takes a step of an alert. */
  synchronized void transition(AlertTransition transition) {
    String key = transition.getFingerprint();
    AlertStory story = stories.get(key);
    boolean anew =
        story == null || (transition.getTo() == AlertState.PENDING && story.resolvedMillis() > 0);
    if (anew && stories.size() >= MAX_STORIES && !stories.containsKey(key)) {
      return;
    }
    stories.put(key, anew ? AlertStory.begin(transition) : story.with(transition));
  }

  /** Takes what Alertmanager holds; returns the stories of those that it did not hold before. */
  synchronized List<AlertStory> pages(long atMillis, List<Page> active) {
    List<AlertStory> arrived = new ArrayList<>();
    for (Map.Entry<String, AlertStory> each : stories.entrySet()) {
      AlertStory story = each.getValue();
      if (story.arrivedMillis() > 0 || story.firingMillis() == 0) {
        continue;
      }
      for (Page page : active) {
        if (story.is(page)) {
          // Alertmanager's own clock, the same machine's, is finer than how often we look.
          long at = Math.min(atMillis, page.updatedAtMillis());
          each.setValue(story.arrived(at));
          arrived.add(each.getValue());
          break;
        }
      }
    }
    return arrived;
  }

  synchronized void fault(String text, long atMillis) {
    fault = text;
    faultMillis = atMillis;
    healedMillis = 0;
  }

  synchronized void healed(long atMillis) {
    healedMillis = atMillis;
  }

  /** Notes that something could not be looked at, or with an empty text that it could again. */
  synchronized void trouble(String what, String text) {
    if (text.isEmpty()) {
      troubles.remove(what);
    } else {
      troubles.put(what, text);
    }
  }

  synchronized Map<String, String> troubles() {
    return Map.copyOf(troubles);
  }

  synchronized NavigableMap<String, Long> rows() {
    return new TreeMap<>(rows);
  }

  /** Returns the rows a second that a table grew by lately. */
  synchronized double rate(String table) {
    Count first = counts.peekFirst();
    Count last = counts.peekLast();
    if (first == null || last == null || first.atMillis() == last.atMillis()) {
      return 0;
    }
    long grown = last.rows().getOrDefault(table, 0L) - first.rows().getOrDefault(table, 0L);
    return Math.max(0, grown) * 1000.0 / (last.atMillis() - first.atMillis());
  }

  /** Returns how many rows came in all since the first look. */
  synchronized long grown() {
    Map<String, Long> first = firstRows.orElse(Map.of());
    return rows.entrySet().stream()
        .mapToLong(each -> Math.max(0, each.getValue() - first.getOrDefault(each.getKey(), 0L)))
        .sum();
  }

  synchronized Size graph() {
    return graph;
  }

  synchronized String fault() {
    return fault;
  }

  synchronized long faultMillis() {
    return faultMillis;
  }

  synchronized long healedMillis() {
    return healedMillis;
  }

  synchronized List<AlertStory> stories() {
    return List.copyOf(stories.values());
  }

  synchronized long inState(AlertState state) {
    return stories.values().stream().filter(story -> story.state() == state).count();
  }

  /** Returns the first alert of the fault that reached Alertmanager. */
  synchronized Optional<AlertStory> firstOfFault() {
    return stories.values().stream()
        .filter(story -> story.arrivedMillis() > 0 && isOfFault(story))
        .min((a, b) -> Long.compare(a.arrivedMillis(), b.arrivedMillis()));
  }

  /** Tells whether an alert is about the fleet and first had reason after the fault. */
  synchronized boolean isOfFault(AlertStory story) {
    return faultMillis > 0
        && story.firstBadMillis() >= faultMillis
        && jobs.contains(story.labels().getOrDefault("job", ""));
  }

  /** Returns what should have come by now but did not, in words; empty if all came. */
  synchronized List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (grown() == 0) {
      missing.add("no row came into ClickHouse");
    }
    if (graph.services() == 0) {
      missing.add("no service came into the graph in Neo4j");
    }
    if (firstOfFault().isEmpty()) {
      missing.add(
          faultMillis == 0
              ? "no fault was injected in this time, so no alert could come"
              : "no alert of the fault came to Alertmanager");
    }
    return missing;
  }
}
