package dev.guanlan.local.fleet;

import java.net.URI;
import java.time.Duration;

/**
 * Holds what every service of the fleet is told.
 *
 * @param endpoint where OTLP/HTTP is taken, without the signals' paths
 * @param cluster the Kubernetes cluster that the fleet says it runs in
 * @param metricInterval how often metrics are exported
 * @param patience how long a service waits for the answer of another
 * @param farewell how long a service that ends waits until its last telemetry is sent
 */
record FleetSettings(
    URI endpoint, String cluster, Duration metricInterval, Duration patience, Duration farewell) {

  /** Tells a service what it is told in the demo, which waits for nothing long. */
  static FleetSettings of(URI endpoint, String cluster, Duration metricInterval) {
    return new FleetSettings(
        endpoint, cluster, metricInterval, Duration.ofSeconds(5), Duration.ofSeconds(3));
  }

  /** Returns the address of one signal. */
  String otlp(String path) {
    String base = endpoint.toString();
    return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path;
  }
}
