package dev.guanlan.local.fleet;

import java.net.URI;
import java.time.Duration;

/**
 * Holds what every service of the fleet is told.
 *
 * @param endpoint where OTLP/HTTP is taken, without the signals' paths
 * @param cluster the Kubernetes cluster that the fleet says it runs in
 * @param metricInterval how often metrics are exported
 */
record FleetSettings(URI endpoint, String cluster, Duration metricInterval) {

  /** Returns the address of one signal. */
  String otlp(String path) {
    String base = endpoint.toString();
    return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path;
  }
}
