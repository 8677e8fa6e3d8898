package dev.guanlan.local.fleet;

import java.util.List;

/**
 * Describes what a service answers: a method, a path, the work it takes and whom it asks meanwhile.
 *
 * @param method the HTTP method
 * @param template the path; its one parameter, if any, is the last segment, {@code {id}}
 * @param workMillis the usual time of the service's own work, milliseconds
 * @param calls what is asked of other services, in order
 */
record Route(String method, String template, int workMillis, List<Call> calls) {

  private static final String PARAMETER = "{id}";

  /**
   * Asks another service for something.
   *
   * @param target the service that is called
   * @param method the HTTP method
   * @param template the path; {@code {id}} is replaced by the caller's own parameter
   * @param required whether the caller fails when the call fails
   */
  record Call(ServiceName target, String method, String template, boolean required) {

    String path(String id) {
      return template.replace(PARAMETER, id);
    }
  }

  Route {
    calls = List.copyOf(calls);
  }

  /** Tells whether a request belongs to this route. */
  boolean matches(String requestMethod, String path) {
    if (!method.equals(requestMethod)) {
      return false;
    }
    if (!template.endsWith(PARAMETER)) {
      return template.equals(path);
    }
    String prefix = prefix();
    return path.length() > prefix.length()
        && path.startsWith(prefix)
        && path.indexOf('/', prefix.length()) < 0;
  }

  /** Returns the request's parameter, or an empty text for a route that has none. */
  String parameter(String path) {
    return template.endsWith(PARAMETER) ? path.substring(prefix().length()) : "";
  }

  private String prefix() {
    return template.substring(0, template.length() - PARAMETER.length());
  }
}
