package dev.guanlan.connector.alertmanager;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/**
 * Looks names up as this machine does.
 *
 * <p>Addresses come from the system's resolver, with its hosts file and search domains; Java keeps
 * them for 30 s ({@code networkaddress.cache.ttl}). Services come from DNS itself, through the
 * JDK's own client ({@code jdk.naming.dns}), which knows no search domains: their names must be
 * whole.
 */
final class SystemResolver implements Resolver {

  private static final String FIRST_WAIT_MILLIS = "1000";
  private static final String TRIES = "3";

  private final String servers;

  /** Makes a resolver that asks the servers of this machine's {@code resolv.conf}. */
  SystemResolver() {
    this("dns:");
  }

  /** Makes one that asks a server for services, as {@code dns://host:port}. */
  SystemResolver(String servers) {
    this.servers = servers;
  }

  @Override
  public List<InetAddress> addresses(String host) throws IOException {
    return List.of(InetAddress.getAllByName(host));
  }

  @Override
  public List<Service> services(String name) throws IOException {
    try {
      return records(name);
    } catch (NameNotFoundException e) {
      throw new IOException("DNS knows no service \"" + name + "\"", e);
    } catch (NamingException e) {
      throw new IOException(
          "the service \"%s\" cannot be looked up: %s".formatted(name, e.getMessage()), e);
    }
  }

  // JNDI asks for a Hashtable. What makes it dangerous elsewhere, objects that are made of what a
  // server sends, DNS does not have; and no name with the colon of another protocol comes here.
  @SuppressWarnings({"JdkObsolete", "BanJNDI"})
  private List<Service> records(String name) throws NamingException {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put(Context.PROVIDER_URL, servers);
    environment.put("com.sun.jndi.dns.timeout.initial", FIRST_WAIT_MILLIS);
    environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
    InitialDirContext dns = new InitialDirContext(environment);
    try {
      List<Service> services = new ArrayList<>();
      Attribute records =
          dns.getAttributes(new CompositeName().add(name), new String[] {"SRV"}).get("SRV");
      if (records != null) {
        NamingEnumeration<?> each = records.getAll();
        while (each.hasMore()) {
          add(String.valueOf(each.next()), services);
        }
      }
      return services;
    } finally {
      dns.close();
    }
  }

  /** Reads a record, which is {@code priority weight port host.} (RFC 2782). */
  private static void add(String record, List<Service> services) throws NamingException {
    String[] fields = record.split(" ", -1);
    if (fields.length != 4 || !fields[2].matches("[0-9]{1,5}")) {
      throw new NamingException("\"" + Texts.shown(record, 200) + "\" is no SRV record");
    }
    String host = fields[3].toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    // A lone dot says that the service is decidedly not offered.
    if (!host.isEmpty()) {
      services.add(new Service(host, Integer.parseInt(fields[2])));
    }
  }
}
