package dev.guanlan.codec.zipkin;

/** Is one end of a call while it is read. */
final class Endpoint {

  String serviceName = "";
  String ipv4 = "";
  String ipv6 = "";

  /** 0 if unknown. */
  int port;

  void clear() {
    serviceName = "";
    ipv4 = "";
    ipv6 = "";
    port = 0;
  }

  /** Returns the address, the one of version 4 if there are two; empty if unknown. */
  String address() {
    return ipv4.isEmpty() ? ipv6 : ipv4;
  }
}
