package dev.guanlan.connector.alertmanager;

import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says where Alertmanagers are: at one address, or at whatever addresses a name stands for now.
 *
 * <p>Written as Thanos writes it: {@code http://host:9093/prefix}, {@code
 * dns+http://name:9093/prefix} (every A and AAAA record is a peer) or {@code
 * dnssrv+http://_web._tcp.name/prefix} (every SRV record is). Behind {@code dns+} and {@code
 * dnssrv+}, {@code http://} may be left out.
 *
 * @param lookup what the host stands for
 * @param scheme http or https
 * @param host a host, an address, or a name to look up
 * @param port the port; -1 for the scheme's own, or those of the SRV records
 * @param path Alertmanager's route prefix, without a slash at its end; may be empty
 */
record PeerTarget(Lookup lookup, String scheme, String host, int port, String path)
    implements Serializable {

  /** Is where an Alertmanager listens that is told nothing else. */
  private static final int USUAL_PORT = 9093;

  private static final int LAST_PORT = 65_535;
  private static final int LONGEST_QUOTE = 200;

  /** Takes a URL apart; {@link URI} finds no host where a name has underscores, as SRV names do. */
  private static final Pattern URL =
      Pattern.compile(
          "(dns\\+|dnssrv\\+)?(?:(https?)://)?"
              + "(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(/[^?#\\s]*)?");

  /** Says what a host stands for. */
  enum Lookup {
    /** For itself. */
    NONE,
    /** For all its A and AAAA records. */
    ADDRESSES,
    /** For all its SRV records, which name the ports too. */
    SERVICES
  }

  /**
   * Reads a target.
   *
   * @throws IllegalArgumentException if it is none
   */
  static PeerTarget parse(String text) {
    if (text.contains("@")) {
      // Not quoted: what stands before the sign may be a password.
      throw new IllegalArgumentException(
          "the address of an Alertmanager has an @ in it; name the user by itself and the file of"
              + " the password, which addresses would show to everybody");
    }
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      throw notTarget(text, "write it as http://host:port");
    }
    Lookup lookup =
        url.group(1) == null
            ? Lookup.NONE
            : url.group(1).equals("dns+") ? Lookup.ADDRESSES : Lookup.SERVICES;
    if (url.group(2) == null && lookup == Lookup.NONE) {
      throw notTarget(text, "write it as http://host:port");
    }
    int port = url.group(4) == null ? -1 : Integer.parseInt(url.group(4));
    if (port == 0 || port > LAST_PORT) {
      throw notTarget(text, "give a port from 1 to " + LAST_PORT);
    }
    if (lookup == Lookup.SERVICES && port >= 0) {
      throw notTarget(text, "leave the port out, SRV records name their own");
    }
    if (lookup == Lookup.ADDRESSES && port < 0) {
      port = USUAL_PORT;
    }
    String path = url.group(5) == null ? "" : url.group(5).replaceFirst("/+$", "");
    PeerTarget target =
        new PeerTarget(
            lookup, url.group(2) == null ? "http" : url.group(2), url.group(3), port, path);
    target.checkHost(text);
    return target;
  }

  private void checkHost(String text) {
    try {
      if (lookup == Lookup.SERVICES || endpoint(host, port).getHost() != null) {
        return;
      }
    } catch (IllegalArgumentException e) {
      throw notTarget(text, "correct its path", e);
    }
    throw notTarget(text, "correct its host");
  }

  private static IllegalArgumentException notTarget(String text, String advice) {
    return notTarget(text, advice, new IllegalArgumentException(advice));
  }

  private static IllegalArgumentException notTarget(
      String text, String advice, IllegalArgumentException cause) {
    return new IllegalArgumentException(
        "not the address of an Alertmanager: \"%s\"; %s"
            .formatted(Texts.shown(text, LONGEST_QUOTE), advice),
        cause);
  }

  /**
   * Returns where to post, looked up anew.
   *
   * @throws IOException if the name cannot be looked up, or stands for nothing
   */
  Set<URI> endpoints(Resolver resolver) throws IOException {
    Set<URI> endpoints = new LinkedHashSet<>();
    switch (lookup) {
      case NONE -> endpoints.add(endpoint(host, port));
      case ADDRESSES -> {
        for (InetAddress address : resolver.addresses(host)) {
          String literal = address.getHostAddress();
          endpoints.add(endpoint(literal.contains(":") ? "[" + literal + "]" : literal, port));
        }
      }
      case SERVICES -> {
        for (Resolver.Service service : resolver.services(host)) {
          endpoints.add(endpoint(service.host(), service.port()));
        }
      }
    }
    if (endpoints.isEmpty()) {
      throw new IOException("\"" + host + "\" stands for no address");
    }
    return endpoints;
  }

  private URI endpoint(String address, int at) {
    return URI.create(
        scheme + "://" + address + (at < 0 ? "" : ":" + at) + path + "/api/v2/alerts");
  }

  @Override
  public String toString() {
    String prefix =
        switch (lookup) {
          case NONE -> "";
          case ADDRESSES -> "dns+";
          case SERVICES -> "dnssrv+";
        };
    return prefix + scheme + "://" + host + (port < 0 ? "" : ":" + port) + path;
  }
}
