package dev.guanlan.local.fleet;

/**
 * Names a service of the fleet the way Kubernetes would: a namespace and a name within it.
 *
 * @param namespace the Kubernetes namespace, also OpenTelemetry's {@code service.namespace}
 * @param name the deployment's name, also OpenTelemetry's {@code service.name}
 */
record ServiceName(String namespace, String name) {

  /** Returns the name that callers dial, as cluster DNS would resolve it. */
  String host() {
    return name + "." + namespace + ".svc";
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
