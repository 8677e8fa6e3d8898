package dev.guanlan.codec.avro;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts entries that follow each other and share resource and scope into one group. */
final class Groups<E> {

  /** Makes a block's group. */
  interface Maker<E, G> {

    /** Makes the group of a resource and scope. */
    G make(Labels resource, String scope, List<E> entries);
  }

  private record Group<E>(Map<String, String> resource, String scope, List<E> entries) {}

  private final List<Group<E>> groups = new ArrayList<>();

  void add(Map<String, String> resource, String scope, E entry) {
    Group<E> last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
    if (last == null || !last.scope.equals(scope) || !last.resource.equals(resource)) {
      last = new Group<>(resource, scope, new ArrayList<>());
      groups.add(last);
    }
    last.entries.add(entry);
  }

  <G> List<G> map(Maker<E, G> maker) {
    List<G> made = new ArrayList<>(groups.size());
    for (Group<E> group : groups) {
      made.add(maker.make(Labels.of(group.resource), group.scope, List.copyOf(group.entries)));
    }
    return List.copyOf(made);
  }
}
