package dev.guanlan.connector.alertmanager;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Looks names up. May take seconds; called by a thread that does nothing else. */
interface Resolver {

  /** Returns all addresses of a host. */
  List<InetAddress> addresses(String host) throws IOException;

  /** Returns all hosts that offer a service, in no order. */
  List<Service> services(String name) throws IOException;

  /**
   * Is one host that offers a service.
   *
   * @param host its name, without a dot at its end
   * @param port where it listens
   */
  record Service(String host, int port) {}
}
