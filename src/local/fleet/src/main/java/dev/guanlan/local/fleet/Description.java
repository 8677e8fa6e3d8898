package dev.guanlan.local.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes the fleet as plain maps and lists, ready for JSON: what the graph should hold. */
final class Description {

  private Description() {}

  static Map<String, Object> of(ServiceGraph graph, String cluster) {
    List<Map<String, Object>> services = new ArrayList<>();
    for (ServiceSpec spec : graph.services()) {
      Map<String, Object> service = new LinkedHashMap<>();
      service.put("name", spec.name().name());
      service.put("namespace", spec.name().namespace());
      service.put("owner", spec.owner());
      service.put("deployment", spec.name().name());
      service.put("pod", spec.pod());
      service.put("podUid", spec.podUid(cluster));
      service.put("node", spec.node());
      service.put("instance", spec.instanceId());
      service.put("routes", spec.routes().stream().map(Description::route).toList());
      services.add(service);
    }
    List<Map<String, String>> calls = new ArrayList<>();
    graph.calls().forEach((from, targets) -> targets.forEach(to -> calls.add(edge(from, to))));
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("cluster", cluster);
    description.put("services", services);
    description.put("calls", calls);
    return description;
  }

  private static String route(Route route) {
    return route.method() + " " + route.template();
  }

  private static Map<String, String> edge(String from, String to) {
    Map<String, String> edge = new LinkedHashMap<>();
    edge.put("from", from);
    edge.put("to", to);
    return edge;
  }
}
