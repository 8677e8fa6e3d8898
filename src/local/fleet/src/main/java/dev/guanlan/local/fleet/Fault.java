package dev.guanlan.local.fleet;

import java.util.Optional;

/**
 * Asks that a service misbehave.
 *
 * @param service the service
 * @param kind how
 */
record Fault(ServiceName service, FaultKind kind) {

  /**
   * Reads {@code SERVICE=KIND}.
   *
   * @throws IllegalArgumentException with what to write instead
   */
  static Fault parse(String text, ServiceGraph graph) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "Not a fault: '" + bounded(text) + "'; write SERVICE=KIND, such as payment=errors");
    }
    return of(text.substring(0, equals), text.substring(equals + 1), graph);
  }

  /**
   * Makes a fault of a service's and a kind's names.
   *
   * @throws IllegalArgumentException with the names that exist
   */
  static Fault of(String service, String kind, ServiceGraph graph) {
    Optional<ServiceSpec> spec = graph.find(service);
    if (spec.isEmpty()) {
      throw new IllegalArgumentException(
          "No service is called '"
              + bounded(service)
              + "'; use one of "
              + String.join(
                  ", ", graph.services().stream().map(each -> each.name().name()).toList()));
    }
    Optional<FaultKind> known = FaultKind.named(kind);
    if (known.isEmpty()) {
      throw new IllegalArgumentException(
          "No fault is called '" + bounded(kind) + "'; use one of " + FaultKind.names());
    }
    return new Fault(spec.get().name(), known.get());
  }

  private static String bounded(String text) {
    String cut = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public String toString() {
    return service + "=" + kind.text();
  }
}
