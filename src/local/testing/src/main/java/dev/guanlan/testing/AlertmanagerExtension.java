package dev.guanlan.testing;

import dev.guanlan.local.stack.AlertmanagerPart;
import dev.guanlan.local.stack.DebianPart;
import dev.guanlan.local.stack.Endpoint;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.Probes;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.fetch.DebianProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test class the real Alertmanager, with a receiver that sends nowhere unless it is
 * configured.
 *
 * <p>All test classes of a JVM share it: tell your alerts apart by a label of your own.
 */
public final class AlertmanagerExtension implements BeforeAllCallback {

  private static final String IMAGE = "guanlan-test/alertmanager:latest";
  private static final int PORT_INSIDE = 9093;
  private static final String FILE_INSIDE = "/etc/alertmanager.yml";

  private final String name;
  private final @Nullable String configuration;
  private @Nullable Part part;

  /** Creates the extension; nothing starts before the first test. */
  public AlertmanagerExtension() {
    this("alertmanager", null);
  }

  private AlertmanagerExtension(String name, @Nullable String configuration) {
    this.name = name;
    this.configuration = configuration;
  }

  /**
   * Creates the extension for an Alertmanager that tells receivers of the test's choice. It is a
   * process also where others are containers: its receivers may listen on this machine alone.
   *
   * @param name what it is called, in lower case; all test classes of a JVM that name it share it
   * @param configuration its whole configuration file
   */
  public static AlertmanagerExtension configured(String name, String configuration) {
    return new AlertmanagerExtension("alertmanager-" + name, configuration);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    part = SharedParts.of(context).healthy(name, Part.class, this::make);
  }

  private Part make(Site site) {
    return configuration == null ? unconfigured(site) : configured(site, configuration);
  }

  private Part configured(Site site, String file) {
    Backend.noteNoImage(name);
    Endpoint http = new Endpoint("HTTP", "http", StackPorts.free(1).get(0), "");
    try {
      Files.writeString(site.data(name).resolve("alertmanager.yml"), file);
    } catch (IOException e) {
      throw new UncheckedIOException("No configuration can be written for " + name, e);
    }
    return new DebianPart(
        site,
        new DebianPart.Program(
            name,
            DebianProgram.ALERTMANAGER,
            List.of(
                "--config.file=alertmanager.yml",
                "--storage.path=data",
                "--web.listen-address=" + http.address(),
                "--cluster.listen-address="),
            List.of(http),
            http.uri("/-/ready")));
  }

  private static Part unconfigured(Site site) {
    int port = StackPorts.free(1).get(0);
    if (Backend.of(IMAGE) == Backend.EMBEDDED) {
      return new AlertmanagerPart(site, port);
    }
    Endpoint http = new Endpoint("HTTP", "http", port, "");
    return new ContainerPart(
        new ContainerPart.Image(
            "alertmanager",
            IMAGE,
            PORT_INSIDE,
            List.of(
                "prometheus-alertmanager",
                "--config.file=" + FILE_INSIDE,
                "--storage.path=/var/lib/alertmanager",
                "--web.listen-address=0.0.0.0:" + PORT_INSIDE,
                "--cluster.listen-address="),
            FILE_INSIDE,
            AlertmanagerPart.firstConfiguration()),
        http,
        () -> Probes.http(http.uri("/-/ready")));
  }

  /** Returns the address of its API ({@code /api/v2}), without a slash at its end. */
  public String url() {
    return running().endpoints().get(0).url();
  }

  /** Stops it, as an operator would. */
  public void stop() {
    running().stop();
  }

  /** Ends it as a crash would. */
  public void kill() {
    running().kill();
  }

  /** Starts it again at the same address with the data that it had. */
  public void start() {
    SharedParts.start(running());
  }

  /** Returns the part itself. */
  public Part part() {
    return running();
  }

  private Part running() {
    if (part == null) {
      throw new IllegalStateException(
          "The extension is not registered: declare it as a static field with @RegisterExtension.");
    }
    return part;
  }
}
