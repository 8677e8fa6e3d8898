package dev.guanlan.local.fleet;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Resolves the fleet's service names to ports of this machine, as cluster DNS would. */
final class Directory {

  private final Map<ServiceName, Integer> ports = new ConcurrentHashMap<>();

  /** Publishes a service's port. It stays when the service goes down: callers then get refused. */
  void publish(ServiceName service, int port) {
    ports.put(service, port);
  }

  /**
   * Returns the address of a path of a service.
   *
   * @throws IllegalStateException if the service never started
   */
  URI address(ServiceName service, String path) {
    Integer port = ports.get(service);
    if (port == null) {
      throw new IllegalStateException(
          "Service " + service + " was never started; start it before its callers");
    }
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
