package dev.guanlan.job.ingest;

import dev.guanlan.store.RowBuffer;
import dev.guanlan.topology.Place;

/** Writes the six columns that every table but the samples has. */
final class PlaceColumns {

  static final String NAMES = "cluster, namespace, workload, node, service, owner";

  private PlaceColumns() {}

  static void write(Place place, RowBuffer row) {
    row.string(place.cluster());
    row.string(place.namespace());
    row.string(place.workload());
    row.string(place.node());
    row.string(place.service());
    row.string(place.owner());
  }
}
