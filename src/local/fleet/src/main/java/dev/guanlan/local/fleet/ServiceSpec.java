package dev.guanlan.local.fleet;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Describes one service: where it is said to run, who owns it, and what it answers.
 *
 * @param name the service's name
 * @param owner the team that is paged for it
 * @param node the Kubernetes node of its pod
 * @param routes what it answers
 */
record ServiceSpec(ServiceName name, String owner, String node, List<Route> routes) {

  /** Cuts what a Kubernetes pod's name carries after its deployment's. */
  private static final String POD_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  ServiceSpec {
    routes = List.copyOf(routes);
  }

  /**
   * Returns the pod's name. It is the same at every start, so that a restarted demo continues the
   * same entities instead of leaving a graveyard of pods in the graph.
   */
  String pod() {
    return name.name() + "-" + suffix("replicaset", 9) + "-" + suffix("pod", 5);
  }

  /** Returns the pod's uid within a cluster, the same at every start. */
  String podUid(String cluster) {
    return UUID.nameUUIDFromBytes(
            (cluster + "/" + name + "/" + pod()).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  /** Returns OpenTelemetry's {@code service.instance.id}, as the Kubernetes operator makes it. */
  String instanceId() {
    return name.namespace() + "." + pod() + "." + name.name();
  }

  private String suffix(String part, int length) {
    long bits =
        UUID.nameUUIDFromBytes((part + name).getBytes(StandardCharsets.UTF_8))
            .getMostSignificantBits();
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(POD_ALPHABET.charAt((int) Long.remainderUnsigned(bits, POD_ALPHABET.length())));
      bits = Long.divideUnsigned(bits, POD_ALPHABET.length());
    }
    return text.toString();
  }
}
