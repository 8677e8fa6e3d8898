package dev.guanlan.job.alerting.state;

import dev.guanlan.job.common.BlockReader;
import dev.guanlan.job.common.BlockWriter;
import dev.guanlan.model.Labels;
import dev.guanlan.rules.KeptPlace;
import dev.guanlan.rules.template.AlertPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the places of a rule's alerts, as part of what the rule remembers. Dependants are written
 * once for all alerts that share them: a service has many pods, and they the same dependants.
 */
final class KeptPlaceFormat {

  private KeptPlaceFormat() {}

  static void write(SortedMap<Labels, KeptPlace> places, BlockWriter writer) throws IOException {
    Map<List<String>, Integer> lists = new LinkedHashMap<>();
    for (KeptPlace kept : places.values()) {
      lists.putIfAbsent(kept.place().dependants(), lists.size());
    }
    writer.count(lists.size());
    for (List<String> names : lists.keySet()) {
      writer.count(names.size());
      for (String name : names) {
        writer.text(name);
      }
    }
    writer.count(places.size());
    for (Map.Entry<Labels, KeptPlace> entry : places.entrySet()) {
      AlertPlace place = entry.getValue().place();
      writer.labels(entry.getKey());
      writer.labels(entry.getValue().alert());
      writer.text(place.cluster());
      writer.text(place.namespace());
      writer.text(place.workload());
      writer.text(place.node());
      writer.text(place.service());
      writer.text(place.owner());
      writer.count(lists.getOrDefault(place.dependants(), 0));
    }
  }

  static SortedMap<Labels, KeptPlace> read(BlockReader reader) throws IOException {
    List<List<String>> lists = new ArrayList<>();
    for (int left = reader.count(); left > 0; left--) {
      List<String> names = new ArrayList<>();
      for (int more = reader.count(); more > 0; more--) {
        names.add(reader.text());
      }
      // Immutable, so that places share it and do not copy it.
      lists.add(List.copyOf(names));
    }
    SortedMap<Labels, KeptPlace> places = new TreeMap<>();
    for (int left = reader.count(); left > 0; left--) {
      Labels element = reader.labels();
      places.put(
          element,
          new KeptPlace(
              reader.labels(),
              new AlertPlace(
                  reader.text(),
                  reader.text(),
                  reader.text(),
                  reader.text(),
                  reader.text(),
                  reader.text(),
                  lists.get(reader.count()))));
    }
    return places;
  }
}
