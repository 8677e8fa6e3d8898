package dev.guanlan.rules.template;

import com.google.re2j.Pattern;

/** Is an address as instances have it: a host, and perhaps a port. */
record HostPort(String text, String host, String port) {

  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IP_V4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");

  static HostPort of(String text) {
    int colon = text.lastIndexOf(':');
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end > 0
          && end + 1 == colon
          && !bracketed(text.substring(1, end) + text.substring(colon))) {
        return new HostPort(text, text.substring(1, end), text.substring(colon + 1));
      }
    } else if (colon >= 0 && text.indexOf(':') == colon && !bracketed(text)) {
      return new HostPort(text, text.substring(0, colon), text.substring(colon + 1));
    }
    return new HostPort(text, text, "");
  }

  private static boolean bracketed(String text) {
    return text.indexOf('[') >= 0 || text.indexOf(']') >= 0;
  }

  String withoutPort() {
    return host;
  }

  /** Cuts a name at its first dot; leaves an IP address as it is. */
  String withoutDomain() {
    if (host.indexOf(':') >= 0 || IP_V4.matches(host)) {
      return text;
    }
    int dot = host.indexOf('.');
    String name = dot < 0 ? host : host.substring(0, dot);
    return port.isEmpty() ? name : name + ":" + port;
  }
}
