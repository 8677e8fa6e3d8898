package dev.guanlan.topology;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.SeriesNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds the newest of every entity and relation and answers where a resource belongs.
 *
 * <p>Changes may come in any order and more than once: the newest wins, and a deletion is
 * remembered so that an older change cannot bring back what is gone. Memory is bounded: beyond its
 * capacity the index takes nothing new and counts what it {@linkplain #refused() refused}; the
 * memory of deletions is bounded apart, the oldest is forgotten first. For one thread.
 */
public final class TopologyIndex {

  /** How many entities and relations an index holds unless told otherwise. */
  public static final int DEFAULT_CAPACITY = 500_000;

  /** How many steps a resource's place may be away; the longest real chain has five. */
  private static final int MAX_DEPTH = 8;

  /** How many things may share an ambiguous name before the name is worth nothing. */
  private static final int MAX_NAMESAKES = 32;

  private static final int MAX_CACHED_PLACES = 1 << 20;

  private final int capacity;
  private final Map<String, Change> newest = new HashMap<>();
  private final LinkedHashSet<String> graves = new LinkedHashSet<>();
  private int living;
  private long refused;
  private long generation;

  /** Entity key to the relations that start there, calls left out. */
  private final Map<String, Set<String>> outgoing = new HashMap<>();

  /** Entity key to the relations that lead there from what runs on it. */
  private final Map<String, Set<String>> residents = new HashMap<>();

  /** Entity key to the calls that lead there. */
  private final Map<String, Set<String>> callers = new HashMap<>();

  private long callsGeneration;

  /** Tenant and alias to the entities that may be meant; see {@link Aliases}. */
  private final Map<String, Set<String>> aliases = new HashMap<>();

  private final SeriesNumbers placed = new SeriesNumbers();
  private Place[] places = new Place[placed.capacity()];
  private long placesGeneration;

  /** Makes an empty index with the default capacity. */
  public TopologyIndex() {
    this(DEFAULT_CAPACITY);
  }

  /** Makes an empty index for so many living entities and relations, and as many deletions. */
  public TopologyIndex(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Applies a change, unless something newer is known.
   *
   * @return whether it was applied
   */
  public boolean apply(Change change) {
    String key = change.key();
    Change known = newest.get(key);
    if (known != null && !change.supersedes(known)) {
      return false;
    }
    boolean wasLiving = known != null && !known.deleted();
    if (!change.deleted() && !wasLiving && living >= capacity) {
      refused++;
      return false;
    }
    if (moves(known, change)) {
      generation++;
    }
    if (change.type().equals(RelationType.CALLS) && wasLiving == change.deleted()) {
      callsGeneration++;
    }
    if (wasLiving) {
      unlink(key, known);
      living--;
    }
    newest.put(key, change);
    if (change.deleted()) {
      bury(key);
    } else {
      graves.remove(key);
      link(key, change);
      living++;
    }
    return true;
  }

  /** Returns whether the change can give anything another place: new times and calls do not. */
  private static boolean moves(@Nullable Change known, Change change) {
    if (change.type().equals(RelationType.CALLS)) {
      return false;
    }
    if (known == null) {
      return !change.deleted();
    }
    return !known.withVersion(change.version()).equals(change);
  }

  private void bury(String key) {
    graves.remove(key);
    graves.add(key);
    if (graves.size() > capacity) {
      String oldest = graves.iterator().next();
      graves.remove(oldest);
      newest.remove(oldest);
    }
  }

  private void link(String key, Change change) {
    if (change instanceof Relation relation) {
      if (relation.type().equals(RelationType.CALLS)) {
        add(callers, entityKey(relation.tenant(), relation.to()), key);
        return;
      }
      add(outgoing, entityKey(relation.tenant(), relation.from()), key);
      if (relation.type().equals(RelationType.RUNS_ON)) {
        add(residents, entityKey(relation.tenant(), relation.to()), key);
      }
    } else if (change instanceof Entity entity) {
      for (String alias : Aliases.of(entity)) {
        aliases.computeIfAbsent(entity.tenant() + '\n' + alias, a -> new HashSet<>(2)).add(key);
      }
    }
  }

  private void unlink(String key, Change change) {
    if (change instanceof Relation relation) {
      remove(outgoing, entityKey(relation.tenant(), relation.from()), key);
      remove(residents, entityKey(relation.tenant(), relation.to()), key);
      remove(callers, entityKey(relation.tenant(), relation.to()), key);
    } else if (change instanceof Entity entity) {
      for (String alias : Aliases.of(entity)) {
        remove(aliases, entity.tenant() + '\n' + alias, key);
      }
    }
  }

  private static void add(Map<String, Set<String>> sets, String at, String key) {
    sets.computeIfAbsent(at, a -> new TreeSet<>()).add(key);
  }

  private static void remove(Map<String, Set<String>> sets, String at, String key) {
    Set<String> set = sets.get(at);
    if (set != null && set.remove(key) && set.isEmpty()) {
      sets.remove(at);
    }
  }

  private static String entityKey(String tenant, String id) {
    return new Entity(tenant, "", id, "", Labels.EMPTY, 0, false).key();
  }

  /**
   * Returns the place of what {@code labels} describe: OTLP resource attributes or the labels of a
   * Prometheus series. What the labels themselves say wins over what the topology knows.
   */
  public Place place(String tenant, Labels labels) {
    SeriesId id = SeriesId.of(tenant, labels);
    return place(id.high(), id.low(), tenant, labels);
  }

  /** Returns the place of a series of a block. */
  // hot: one look by the series' identity, nothing allocated.
  public Place place(SampleBlock block, int series) {
    return place(block.idHigh(series), block.idLow(series), block.tenant(), block.labels(series));
  }

  private Place place(long idHigh, long idLow, String tenant, Labels labels) {
    if (placesGeneration != generation || placed.size() >= MAX_CACHED_PLACES) {
      placed.clear();
      placesGeneration = generation;
    }
    int number = placed.find(idHigh, idLow);
    if (number < 0) {
      number = placed.add(idHigh, idLow);
      if (number == places.length) {
        places = Arrays.copyOf(places, placed.capacity());
      }
      places[number] = find(tenant, labels);
    }
    return places[number];
  }

  private Place find(String tenant, Labels labels) {
    Place place = Attributes.said(labels);
    if (living == 0) {
      return place;
    }
    for (String alias : Aliases.named(labels)) {
      if (place.isComplete()) {
        break;
      }
      Place known = shared(meant(tenant, alias));
      if (place.agreesWith(known)) {
        place = place.orElse(known);
      }
    }
    return place;
  }

  /**
   * Returns the names of what calls the service of what {@code labels} describe, directly, in their
   * order. None are known where the service is not, or where two of its name may be meant.
   *
   * @param most how many are returned at most, the first of them
   */
  public List<String> dependants(String tenant, Labels labels, int most) {
    String service = serviceKey(tenant, labels);
    Set<String> calls = callers.getOrDefault(service, NOTHING);
    TreeSet<String> names = new TreeSet<>();
    for (String key : calls) {
      if (newest.get(key) instanceof Relation call) {
        String from = entityKey(tenant, call.from());
        if (!from.equals(service)) {
          names.add(
              newest.get(from) instanceof Entity caller && !caller.name().isEmpty()
                  ? caller.name()
                  : Identity.lastPart(call.from()));
        }
      }
    }
    return names.stream().limit(most).toList();
  }

  /** Returns the key of the service that {@link #place} names, or the empty string. */
  private String serviceKey(String tenant, Labels labels) {
    if (callers.isEmpty()) {
      return "";
    }
    Place place = place(tenant, labels);
    for (String alias : place.service().isEmpty() ? List.<String>of() : Aliases.named(labels)) {
      List<PlaceFinding> meant = meant(tenant, alias);
      Place known = shared(meant);
      if (place.agreesWith(known) && place.service().equals(known.service())) {
        String only = meant.get(0).serviceKey();
        return meant.stream().allMatch(each -> each.serviceKey().equals(only)) ? only : "";
      }
    }
    return "";
  }

  /**
   * Returns what all say alike; what they disagree on is not known: wrong is worse than unknown.
   */
  private static Place shared(List<PlaceFinding> findings) {
    Place shared = null;
    for (PlaceFinding finding : findings) {
      shared = shared == null ? finding.place() : shared.and(finding.place());
    }
    return shared == null ? Place.NONE : shared;
  }

  /**
   * Returns what is found above the things that an alias may mean. Pods of one name and cluster
   * followed one another in time, as those of a stateful set do: the newest is meant.
   */
  private List<PlaceFinding> meant(String tenant, String alias) {
    Set<String> keys = aliases.get(tenant + '\n' + alias);
    if (keys == null || keys.size() > MAX_NAMESAKES) {
      return List.of();
    }
    Map<String, Entity> meant = new TreeMap<>();
    for (String key : keys) {
      if (newest.get(key) instanceof Entity entity) {
        boolean pod = entity.type().equals(EntityType.POD);
        String cluster = Attributes.first(entity.attributes(), Attributes.CLUSTER);
        meant.merge(
            pod ? cluster : entity.key(),
            entity,
            (a, b) ->
                a.version() > b.version()
                        || (a.version() == b.version() && a.id().compareTo(b.id()) > 0)
                    ? a
                    : b);
      }
    }
    return meant.values().stream().map(this::climb).toList();
  }

  /** Walks from an entity to what it is part of, runs on and is owned by. */
  private PlaceFinding climb(Entity start) {
    PlaceFinding finding = new PlaceFinding();
    List<Entity> level = new ArrayList<>(List.of(start));
    Set<String> seen = new HashSet<>(List.of(start.key()));
    if (start.type().equals(EntityType.POD) || start.type().equals(EntityType.CONTAINER)) {
      addResidentService(start, level, seen);
    }
    for (int depth = 0; depth < MAX_DEPTH && !level.isEmpty(); depth++) {
      List<Entity> above = new ArrayList<>();
      for (Entity entity : level) {
        finding.pass(entity);
        for (String key : outgoing.getOrDefault(entity.key(), NOTHING)) {
          if (newest.get(key) instanceof Relation relation
              && newest.get(entityKey(relation.tenant(), relation.to())) instanceof Entity next
              && !next.deleted()
              && seen.add(next.key())) {
            above.add(next);
          }
        }
      }
      level = above;
    }
    return finding;
  }

  private static final Set<String> NOTHING = Set.of();

  /** Adds the service whose instance runs on a pod or container, if there is exactly one. */
  private void addResidentService(Entity start, List<Entity> level, Set<String> seen) {
    Entity only = null;
    for (String key : residents.getOrDefault(start.key(), NOTHING)) {
      if (!(newest.get(key) instanceof Relation relation)
          || !(newest.get(entityKey(relation.tenant(), relation.from())) instanceof Entity found)
          || found.deleted()) {
        continue;
      }
      boolean sameService =
          only == null || PlaceFinding.serviceId(only).equals(PlaceFinding.serviceId(found));
      if (!sameService) {
        return;
      }
      only = found;
    }
    if (only != null && seen.add(only.key())) {
      level.add(only);
    }
  }

  /**
   * Returns a number that changes whenever something may have got another place. Who keeps places
   * must ask again then.
   */
  public long generation() {
    return generation;
  }

  /** Returns a number that changes whenever a call between two begins or ends to be known. */
  public long callsGeneration() {
    return callsGeneration;
  }

  /** Returns how many living entities and relations there are. */
  public int size() {
    return living;
  }

  /** Returns how many changes were refused because the index was full. */
  public long refused() {
    return refused;
  }

  /** Returns the newest of everything, deletions included, in no order. Not a copy. */
  public Collection<Change> changes() {
    return Collections.unmodifiableCollection(newest.values());
  }
}
