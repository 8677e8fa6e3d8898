package dev.guanlan.testing;

import dev.guanlan.local.stack.AlertmanagerPart;
import dev.guanlan.local.stack.DebianPart;
import dev.guanlan.local.stack.Endpoint;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.fetch.DebianProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test class real Alertmanagers that are one cluster: they gossip about silences and
 * notifications, and each must be told of alerts. Their receiver sends nowhere.
 *
 * <p>All test classes of a JVM that name the same cluster share it.
 */
public final class AlertmanagerClusterExtension implements BeforeAllCallback {

  private final String name;
  private final int size;
  private final List<Part> members = new ArrayList<>();
  private final List<String> urls = new ArrayList<>();
  private @Nullable Path webConfiguration;
  private String prefix = "";

  /**
   * Creates the extension; nothing starts before the first test.
   *
   * @param name what the cluster is called, in lower case
   * @param size how many members it has
   */
  public AlertmanagerClusterExtension(String name, int size) {
    this.name = name;
    this.size = size;
  }

  /** Serves everything under a path, as {@code /alertmanager}. */
  public AlertmanagerClusterExtension withRoutePrefix(String path) {
    prefix = path;
    return this;
  }

  /**
   * Serves with TLS, and to users with passwords.
   *
   * @param file of Alertmanager's {@code --web.config.file}; must name a certificate
   */
  public AlertmanagerClusterExtension withWebConfiguration(Path file) {
    webConfiguration = file;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Backend.noteNoImage("alertmanager cluster");
    SharedParts parts = SharedParts.of(context);
    String group = "alertmanager-" + name;
    List<Integer> ports = parts.ports(group, 2 * size);
    members.clear();
    urls.clear();
    for (int i = 0; i < size; i++) {
      int member = i;
      members.add(
          parts.healthy(group + "-" + i, Part.class, site -> make(site, group, ports, member)));
      urls.add(http(ports.get(i)).url() + prefix);
    }
  }

  private Endpoint http(int port) {
    return new Endpoint("HTTP", webConfiguration == null ? "http" : "https", port, "");
  }

  private Part make(Site site, String group, List<Integer> ports, int member) {
    String part = group + "-" + member;
    try {
      Files.writeString(
          site.data(part).resolve("alertmanager.yml"), AlertmanagerPart.firstConfiguration());
    } catch (IOException e) {
      throw new UncheckedIOException("No configuration can be written for " + part, e);
    }
    Endpoint http = http(ports.get(member));
    Endpoint gossip = new Endpoint("gossip", "", ports.get(size + member), "");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--config.file=alertmanager.yml",
                "--storage.path=data",
                "--web.listen-address=" + http.address(),
                "--web.route-prefix=" + (prefix.isEmpty() ? "/" : prefix),
                "--cluster.listen-address=" + gossip.address()));
    for (int i = 0; i < size; i++) {
      if (i != member) {
        arguments.add("--cluster.peer=" + Endpoint.HOST + ":" + ports.get(size + i));
      }
    }
    if (webConfiguration != null) {
      arguments.add("--web.config.file=" + webConfiguration);
    }
    return new DebianPart(
        site,
        new DebianPart.Program(
            part,
            DebianProgram.ALERTMANAGER,
            arguments,
            List.of(http, gossip),
            webConfiguration == null
                ? http.uri(prefix + "/-/ready")
                : URI.create("tcp://" + http.address())));
  }

  /** Returns the addresses of all members' APIs, without slashes at their ends. */
  public List<String> urls() {
    return List.copyOf(urls);
  }

  /** Returns the address of a member's API. */
  public String url(int member) {
    return urls.get(member);
  }

  /** Ends a member as a crash would. */
  public void kill(int member) {
    members.get(member).kill();
  }

  /** Starts a member again at the same address with the data that it had. */
  public void start(int member) {
    SharedParts.start(members.get(member));
  }
}
