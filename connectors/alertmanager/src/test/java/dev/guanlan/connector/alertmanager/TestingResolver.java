package dev.guanlan.connector.alertmanager;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Knows the names that a test gives it. */
final class TestingResolver implements Resolver {

  private final Map<String, List<InetAddress>> hosts = new ConcurrentHashMap<>();
  private final Map<String, List<Service>> services = new ConcurrentHashMap<>();

  void host(String name, String... addresses) throws UnknownHostException {
    InetAddress[] known = new InetAddress[addresses.length];
    for (int i = 0; i < addresses.length; i++) {
      known[i] = InetAddress.getByName(addresses[i]);
    }
    hosts.put(name, List.of(known));
  }

  void service(String name, Service... offered) {
    services.put(name, List.of(offered));
  }

  void forget(String name) {
    hosts.remove(name);
    services.remove(name);
  }

  @Override
  public List<InetAddress> addresses(String host) throws IOException {
    List<InetAddress> known = hosts.get(host);
    if (known == null) {
      throw new UnknownHostException(host);
    }
    return known;
  }

  @Override
  public List<Service> services(String name) throws IOException {
    List<Service> known = services.get(name);
    if (known == null) {
      throw new IOException("no service " + name);
    }
    return known;
  }
}
