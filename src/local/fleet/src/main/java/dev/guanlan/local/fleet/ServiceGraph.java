package dev.guanlan.local.fleet;

import dev.guanlan.local.fleet.Route.Call;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Holds the fleet's services and who calls whom.
 *
 * @param services every service, callers and called
 */
record ServiceGraph(List<ServiceSpec> services) {

  private static final ServiceName FRONTEND = new ServiceName("shop", "frontend");
  private static final ServiceName CART = new ServiceName("shop", "cart");
  private static final ServiceName CATALOG = new ServiceName("shop", "catalog");
  private static final ServiceName CHECKOUT = new ServiceName("shop", "checkout");
  private static final ServiceName PAYMENT = new ServiceName("shop", "payment");
  private static final ServiceName AUTH = new ServiceName("platform", "auth");
  private static final ServiceName INVENTORY = new ServiceName("platform", "inventory");
  private static final ServiceName SHIPPING = new ServiceName("platform", "shipping");
  private static final ServiceName NOTIFICATION = new ServiceName("platform", "notification");

  ServiceGraph {
    services = List.copyOf(services);
  }

  /** Returns the shop: nine services in two namespaces on three nodes. */
  static ServiceGraph shop() {
    return new ServiceGraph(
        List.of(
            new ServiceSpec(
                FRONTEND,
                "storefront",
                "node-1",
                List.of(
                    new Route("GET", "/", 3, List.of(get(CATALOG, "/products"))),
                    new Route("GET", "/products/{id}", 3, List.of(get(CATALOG, "/products/{id}"))),
                    new Route(
                        "POST",
                        "/cart/{id}",
                        4,
                        List.of(get(AUTH, "/session"), post(CART, "/items/{id}"))),
                    new Route(
                        "POST",
                        "/checkout",
                        5,
                        List.of(get(AUTH, "/session"), post(CHECKOUT, "/orders"))))),
            new ServiceSpec(
                CATALOG,
                "storefront",
                "node-2",
                List.of(
                    new Route("GET", "/products", 8, List.of()),
                    new Route("GET", "/products/{id}", 4, List.of(get(INVENTORY, "/stock/{id}"))))),
            new ServiceSpec(
                CART,
                "storefront",
                "node-1",
                List.of(
                    new Route("POST", "/items/{id}", 4, List.of(get(CATALOG, "/products/{id}"))),
                    new Route("GET", "/items", 3, List.of()))),
            new ServiceSpec(
                CHECKOUT,
                "orders",
                "node-2",
                List.of(
                    new Route(
                        "POST",
                        "/orders",
                        10,
                        List.of(
                            get(CART, "/items"),
                            post(PAYMENT, "/charges"),
                            post(SHIPPING, "/shipments"),
                            optionally(NOTIFICATION, "/messages"))))),
            new ServiceSpec(
                PAYMENT, "orders", "node-3", List.of(new Route("POST", "/charges", 15, List.of()))),
            new ServiceSpec(
                AUTH, "platform", "node-1", List.of(new Route("GET", "/session", 2, List.of()))),
            new ServiceSpec(
                INVENTORY,
                "logistics",
                "node-3",
                List.of(
                    new Route("GET", "/stock/{id}", 3, List.of()),
                    new Route("POST", "/reservations", 5, List.of()))),
            new ServiceSpec(
                SHIPPING,
                "logistics",
                "node-2",
                List.of(
                    new Route(
                        "POST",
                        "/shipments",
                        8,
                        List.of(
                            post(INVENTORY, "/reservations"),
                            optionally(NOTIFICATION, "/messages"))))),
            new ServiceSpec(
                NOTIFICATION,
                "platform",
                "node-3",
                List.of(new Route("POST", "/messages", 4, List.of())))));
  }

  /** Returns where the load generator knocks. */
  ServiceName entrance() {
    return FRONTEND;
  }

  /** Finds a service by its plain name, or by {@code namespace/name}. */
  Optional<ServiceSpec> find(String text) {
    return services.stream()
        .filter(spec -> spec.name().name().equals(text) || spec.name().toString().equals(text))
        .findFirst();
  }

  /** Returns each caller with the services it calls, both as {@code namespace/name}. */
  Map<String, NavigableSet<String>> calls() {
    Map<String, NavigableSet<String>> edges = new LinkedHashMap<>();
    for (ServiceSpec spec : services) {
      NavigableSet<String> called = new TreeSet<>();
      for (Route route : spec.routes()) {
        for (Call call : route.calls()) {
          called.add(call.target().toString());
        }
      }
      edges.put(spec.name().toString(), called);
    }
    return edges;
  }

  private static Call get(ServiceName target, String template) {
    return new Call(target, "GET", template, true);
  }

  private static Call post(ServiceName target, String template) {
    return new Call(target, "POST", template, true);
  }

  private static Call optionally(ServiceName target, String template) {
    return new Call(target, "POST", template, false);
  }
}
