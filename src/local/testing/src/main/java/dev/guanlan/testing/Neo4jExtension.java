package dev.guanlan.testing;

import dev.guanlan.local.stack.Neo4jPart;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.StackPorts;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test class a real Neo4j Community server.
 *
 * <p>All test classes of a JVM share it and its one database: use labels or a tenant of your own.
 */
public final class Neo4jExtension implements BeforeAllCallback {

  private @Nullable Neo4jPart part;

  /** Creates the extension; nothing starts before the first test. */
  public Neo4jExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    part =
        SharedParts.of(context)
            .healthy(
                "neo4j",
                Neo4jPart.class,
                site -> {
                  Backend.noteNoImage("neo4j");
                  List<Integer> ports = StackPorts.free(2);
                  return new Neo4jPart(site, ports.get(0), ports.get(1));
                });
  }

  /** Returns the URI for drivers. */
  public String boltUri() {
    return running().boltUri();
  }

  /** Returns the user to connect as; authentication is off, so any does. */
  public String user() {
    return "neo4j";
  }

  /** Returns the password to connect with; authentication is off, so any does. */
  public String password() {
    return "neo4j";
  }

  /** Stops the server, as an operator would. */
  public void stop() {
    running().stop();
  }

  /** Ends the server as a crash would. */
  public void kill() {
    running().kill();
  }

  /** Starts the server again at the same address with the data that it had. */
  public void start() {
    SharedParts.start(running());
  }

  /** Returns the part itself. */
  public Part part() {
    return running();
  }

  private Neo4jPart running() {
    if (part == null) {
      throw new IllegalStateException(
          "The extension is not registered: declare it as a static field with @RegisterExtension.");
    }
    return part;
  }
}
